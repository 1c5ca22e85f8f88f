// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

/// What a vote decides about: a marketplace whose fee and categories only its owner, a timelock,
/// may change.
contract Marketplace {
    address public immutable owner;
    uint8 public marketplaceFee = 10;
    string[] private _categories;

    event MarketplaceFeeChanged(uint8 fee);
    event MarketplaceCategoryAdded(string category);

    constructor(address owner_) {
        owner = owner_;
    }

    modifier onlyOwner() {
        require(msg.sender == owner, "Marketplace: only the owner may");
        _;
    }

    function setMarketplaceFee(uint8 fee) external onlyOwner {
        require(fee <= 100, "Marketplace: a fee is at most 100 percent");
        marketplaceFee = fee;
        emit MarketplaceFeeChanged(fee);
    }

    function addMarketplaceCategory(string calldata category) external onlyOwner {
        _categories.push(category);
        emit MarketplaceCategoryAdded(category);
    }

    function marketplaceCategories() external view returns (string[] memory) {
        return _categories;
    }
}
