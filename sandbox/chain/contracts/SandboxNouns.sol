// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

import {IPriorVotes, ITimelock} from "./SandboxBravo.sol";

/// A governor with what Nouns adds to GovernorBravo: a time in which a proposal can be rewritten, a
/// time to object after a late change of majority, a vetoer, and a quorum of each proposal's own.
/// Written for the sandbox: the original's licence is not a permissive one.
contract SandboxNouns {
    enum ProposalState {
        Pending,
        Active,
        Canceled,
        Defeated,
        Succeeded,
        Queued,
        Expired,
        Executed,
        Vetoed,
        ObjectionPeriod,
        Updatable
    }

    struct Proposal {
        uint256 id;
        address proposer;
        uint256 proposalThreshold;
        uint256 quorumVotes;
        uint256 eta;
        uint256 startBlock;
        uint256 endBlock;
        uint256 forVotes;
        uint256 againstVotes;
        uint256 abstainVotes;
        bool canceled;
        bool vetoed;
        bool executed;
        uint256 totalSupply;
        uint256 creationBlock;
    }

    struct Actions {
        address[] targets;
        uint256[] values;
        string[] signatures;
        bytes[] calldatas;
        uint256 updatePeriodEndBlock;
        uint256 objectionPeriodEndBlock;
    }

    string public constant name = "Sandbox Nouns";
    uint256 public constant minQuorumVotesBPS = 4; // 100,000 of 250,000,000
    uint256 public constant objectionPeriodDurationInBlocks = 5;
    uint256 public constant lastMinuteWindowInBlocks = 3;
    IPriorVotes public immutable nouns;
    ITimelock public immutable timelock;
    uint256 public immutable proposalUpdatablePeriodInBlocks;
    uint256 public votingDelay;
    uint256 public votingPeriod;
    uint256 public proposalThreshold;
    uint256 public proposalCount;
    address public vetoer;
    /// From this proposal on votes weigh what they did when voting began; 0: never.
    uint256 public voteSnapshotBlockSwitchProposalId = 1;
    uint256 private immutable _supply;
    mapping(uint256 => Proposal) private _proposals;
    mapping(uint256 => Actions) private _actions;
    mapping(uint256 => mapping(address => bool)) private _hasVoted;

    event ProposalCreated(
        uint256 id,
        address proposer,
        address[] targets,
        uint256[] values,
        string[] signatures,
        bytes[] calldatas,
        uint256 startBlock,
        uint256 endBlock,
        string description
    );
    event ProposalCreatedWithRequirements(
        uint256 id,
        address[] signers,
        uint256 updatePeriodEndBlock,
        uint256 proposalThreshold,
        uint256 quorumVotes,
        uint32 indexed clientId
    );
    event ProposalDescriptionUpdated(
        uint256 indexed id, address indexed proposer, string description, string updateMessage
    );
    event ProposalObjectionPeriodSet(uint256 indexed id, uint256 objectionPeriodEndBlock);
    event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 votes, string reason);
    event ProposalQueued(uint256 id, uint256 eta);
    event ProposalExecuted(uint256 id);
    event ProposalCanceled(uint256 id);
    event ProposalVetoed(uint256 id);

    constructor(
        address token_,
        address timelock_,
        address vetoer_,
        uint256 updatablePeriod_,
        uint256 votingDelay_,
        uint256 votingPeriod_,
        uint256 proposalThreshold_,
        uint256 supply_
    ) {
        nouns = IPriorVotes(token_);
        timelock = ITimelock(timelock_);
        vetoer = vetoer_;
        proposalUpdatablePeriodInBlocks = updatablePeriod_;
        votingDelay = votingDelay_;
        votingPeriod = votingPeriod_;
        proposalThreshold = proposalThreshold_;
        _supply = supply_;
    }

    function propose(
        address[] memory targets,
        uint256[] memory values,
        string[] memory signatures,
        bytes[] memory calldatas,
        string memory description
    ) external returns (uint256 id) {
        require(nouns.getPriorVotes(msg.sender, block.number - 1) > proposalThreshold, "SandboxNouns: too few votes");
        id = ++proposalCount;
        _actions[id] = Actions(targets, values, signatures, calldatas, block.number + proposalUpdatablePeriodInBlocks, 0);
        Proposal storage made = _proposals[id];
        made.id = id;
        made.proposer = msg.sender;
        made.proposalThreshold = proposalThreshold;
        made.quorumVotes = (_supply * minQuorumVotesBPS) / 10_000;
        made.startBlock = block.number + proposalUpdatablePeriodInBlocks + votingDelay;
        made.endBlock = made.startBlock + votingPeriod;
        made.totalSupply = _supply;
        made.creationBlock = block.number;
        emit ProposalCreated(
            id, msg.sender, targets, values, signatures, calldatas, made.startBlock, made.endBlock, description
        );
        emit ProposalCreatedWithRequirements(
            id, new address[](0), _actions[id].updatePeriodEndBlock, proposalThreshold, made.quorumVotes, 0
        );
    }

    function updateProposalDescription(uint256 id, string calldata description, string calldata message) external {
        require(state(id) == ProposalState.Updatable, "SandboxNouns: it can be rewritten no more");
        require(msg.sender == _proposals[id].proposer, "SandboxNouns: only the proposer may");
        emit ProposalDescriptionUpdated(id, msg.sender, description, message);
    }

    /// Nouns lets its admin switch from the block of the creation to that of the start.
    function _setVoteSnapshotBlockSwitchProposalId(uint256 id) external {
        require(msg.sender == vetoer, "SandboxNouns: only the vetoer may");
        voteSnapshotBlockSwitchProposalId = id;
    }

    function castVote(uint256 id, uint8 support) external {
        _count(id, support, "");
    }

    function castVoteWithReason(uint256 id, uint8 support, string calldata reason) external {
        _count(id, support, reason);
    }

    function queue(uint256 id) external {
        require(state(id) == ProposalState.Succeeded, "SandboxNouns: only what has succeeded is queued");
        Actions storage calls = _actions[id];
        uint256 eta = block.timestamp + timelock.delay();
        for (uint256 i = 0; i < calls.targets.length; i++) {
            timelock.queueTransaction(calls.targets[i], calls.values[i], calls.signatures[i], calls.calldatas[i], eta);
        }
        _proposals[id].eta = eta;
        emit ProposalQueued(id, eta);
    }

    function execute(uint256 id) external {
        require(state(id) == ProposalState.Queued, "SandboxNouns: only what is queued is executed");
        Actions storage calls = _actions[id];
        uint256 eta = _proposals[id].eta;
        _proposals[id].executed = true;
        for (uint256 i = 0; i < calls.targets.length; i++) {
            timelock.executeTransaction(calls.targets[i], calls.values[i], calls.signatures[i], calls.calldatas[i], eta);
        }
        emit ProposalExecuted(id);
    }

    function cancel(uint256 id) external {
        require(msg.sender == _proposals[id].proposer, "SandboxNouns: only the proposer may");
        _withdraw(id);
        _proposals[id].canceled = true;
        emit ProposalCanceled(id);
    }

    function veto(uint256 id) external {
        require(msg.sender == vetoer, "SandboxNouns: only the vetoer may");
        _withdraw(id);
        _proposals[id].vetoed = true;
        emit ProposalVetoed(id);
    }

    function state(uint256 id) public view returns (ProposalState) {
        require(id != 0 && id <= proposalCount, "SandboxNouns: no such proposal");
        Proposal storage asked = _proposals[id];
        Actions storage calls = _actions[id];
        if (asked.vetoed) return ProposalState.Vetoed;
        if (asked.canceled) return ProposalState.Canceled;
        if (block.number <= calls.updatePeriodEndBlock) return ProposalState.Updatable;
        if (block.number <= asked.startBlock) return ProposalState.Pending;
        if (block.number <= asked.endBlock) return ProposalState.Active;
        if (block.number <= calls.objectionPeriodEndBlock) return ProposalState.ObjectionPeriod;
        if (!_passes(asked)) return ProposalState.Defeated;
        if (asked.eta == 0) return ProposalState.Succeeded;
        if (asked.executed) return ProposalState.Executed;
        if (block.timestamp >= asked.eta + timelock.GRACE_PERIOD()) return ProposalState.Expired;
        return ProposalState.Queued;
    }

    function proposals(uint256 id) external view returns (Proposal memory) {
        return _proposals[id];
    }

    function getActions(uint256 id)
        external
        view
        returns (address[] memory, uint256[] memory, string[] memory, bytes[] memory)
    {
        Actions storage calls = _actions[id];
        return (calls.targets, calls.values, calls.signatures, calls.calldatas);
    }

    /// The quorum grows with the votes against, as Nouns' does: here by one for each hundred.
    function quorumVotes(uint256 id) public view returns (uint256) {
        return _proposals[id].quorumVotes + _proposals[id].againstVotes / 100;
    }

    function _count(uint256 id, uint8 support, string memory reason) private {
        ProposalState now_ = state(id);
        bool mayObject = now_ == ProposalState.ObjectionPeriod && support == 0;
        require(now_ == ProposalState.Active || mayObject, "SandboxNouns: voting is closed");
        require(support <= 2 && !_hasVoted[id][msg.sender], "SandboxNouns: vote 0, 1 or 2, once");
        _hasVoted[id][msg.sender] = true;
        Proposal storage voted = _proposals[id];
        bool wasPassing = _passes(voted);
        uint256 first = voteSnapshotBlockSwitchProposalId;
        bool atStart = first != 0 && id >= first;
        uint96 votes = nouns.getPriorVotes(msg.sender, atStart ? voted.startBlock : voted.creationBlock);
        if (support == 0) voted.againstVotes += votes;
        else if (support == 1) voted.forVotes += votes;
        else voted.abstainVotes += votes;
        bool isLate = now_ == ProposalState.Active && voted.endBlock - block.number < lastMinuteWindowInBlocks;
        if (isLate && !wasPassing && _passes(voted)) {
            _actions[id].objectionPeriodEndBlock = voted.endBlock + objectionPeriodDurationInBlocks;
            emit ProposalObjectionPeriodSet(id, _actions[id].objectionPeriodEndBlock);
        }
        emit VoteCast(msg.sender, id, support, votes, reason);
    }

    function _passes(Proposal storage asked) private view returns (bool) {
        return asked.forVotes > asked.againstVotes && asked.forVotes >= quorumVotes(asked.id);
    }

    function _withdraw(uint256 id) private {
        ProposalState now_ = state(id);
        require(now_ != ProposalState.Executed, "SandboxNouns: what is executed stays");
        Actions storage calls = _actions[id];
        uint256 eta = _proposals[id].eta;
        for (uint256 i = 0; i < calls.targets.length; i++) {
            timelock.cancelTransaction(calls.targets[i], calls.values[i], calls.signatures[i], calls.calldatas[i], eta);
        }
    }
}
