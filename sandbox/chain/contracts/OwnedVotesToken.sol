// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {VotesExtended} from "@openzeppelin/contracts/governance/utils/VotesExtended.sol";
import {Votes} from "@openzeppelin/contracts/governance/utils/Votes.sol";
import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {ERC20Votes} from "@openzeppelin/contracts/token/ERC20/extensions/ERC20Votes.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

/// A votes token that also remembers past balances and delegates, as overriding votes needs.
contract OwnedVotesToken is ERC20, ERC20Votes, VotesExtended {
    bool private immutable _countsSeconds;

    constructor(string memory name_, string memory symbol_, uint256 supply, address holder, bool countsSeconds)
        ERC20(name_, symbol_)
        EIP712(name_, "1")
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

    function _update(address from, address to, uint256 value) internal override(ERC20, ERC20Votes) {
        super._update(from, to, value);
    }

    function _delegate(address account, address delegatee) internal override(Votes, VotesExtended) {
        super._delegate(account, delegatee);
    }

    function _transferVotingUnits(address from, address to, uint256 amount)
        internal
        override(Votes, VotesExtended)
    {
        super._transferVotingUnits(from, to, amount);
    }
}
