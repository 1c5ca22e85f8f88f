// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {Governor} from "@openzeppelin/contracts/governance/Governor.sol";
import {GovernorCountingSimple} from "@openzeppelin/contracts/governance/extensions/GovernorCountingSimple.sol";
import {GovernorPreventLateQuorum} from "@openzeppelin/contracts/governance/extensions/GovernorPreventLateQuorum.sol";
import {IVotes} from "@openzeppelin/contracts/governance/utils/IVotes.sol";
import {BaseGovernor} from "./BaseGovernor.sol";

/// No timelock at all: what has passed is executed at once. A late quorum moves the deadline.
contract PlainGovernor is BaseGovernor, GovernorCountingSimple, GovernorPreventLateQuorum {
    constructor(
        IVotes token_,
        uint48 votingDelay_,
        uint32 votingPeriod_,
        uint256 proposalThreshold_,
        uint256 quorumBasisPoints,
        uint48 voteExtension
    )
        BaseGovernor("Sandbox Plain Governor", token_, votingDelay_, votingPeriod_, proposalThreshold_, quorumBasisPoints)
        GovernorPreventLateQuorum(voteExtension)
    {}

    function proposalThreshold() public view override(Governor, BaseGovernor) returns (uint256) {
        return super.proposalThreshold();
    }

    function proposalDeadline(uint256 proposalId)
        public
        view
        override(Governor, GovernorPreventLateQuorum)
        returns (uint256)
    {
        return super.proposalDeadline(proposalId);
    }

    function _tallyUpdated(uint256 proposalId) internal override(Governor, GovernorPreventLateQuorum) {
        super._tallyUpdated(proposalId);
    }
}
