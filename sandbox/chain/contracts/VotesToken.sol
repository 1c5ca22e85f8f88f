// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Permit.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {Nonces} from "@openzeppelin/contracts/utils/Nonces.sol";

/// A votes token that both families of governors understand: OpenZeppelin's getPastVotes and
/// Compound's getPriorVotes answer the same checkpoints. Its clock is chosen when it is made.
contract VotesToken is ERC20, ERC20Permit, ERC20Votes {
    bool private immutable _countsSeconds;

    constructor(string memory name_, string memory symbol_, uint256 supply, address holder, bool countsSeconds)
        ERC20(name_, symbol_)
        ERC20Permit(name_)
    {
        _countsSeconds = countsSeconds;
        _mint(holder, supply);
    }

    function clock() public view override returns (uint48) {
        return _countsSeconds ? uint48(block.timestamp) : uint48(block.number);
    }

    function CLOCK_MODE() public view override returns (string memory) {
        return _countsSeconds ? "mode=timestamp" : "mode=blocknumber&from=default";
    }

    function getCurrentVotes(address account) external view returns (uint96) {
        return uint96(getVotes(account));
    }

    function getPriorVotes(address account, uint256 blockNumber) external view returns (uint96) {
        return uint96(getPastVotes(account, blockNumber));
    }

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }

    function nonces(address owner) public view override(ERC20Permit, Nonces) returns (uint256) {
        return super.nonces(owner);
    }
}
