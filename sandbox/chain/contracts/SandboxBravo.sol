// SPDX-License-Identifier: MIT
pragma solidity ^0.8.24;

interface IPriorVotes {
    function getPriorVotes(address account, uint256 blockNumber) external view returns (uint96);
}

interface ITimelock {
    function admin() external view returns (address);
    function delay() external view returns (uint256);
    function GRACE_PERIOD() external view returns (uint256);
    function acceptAdmin() external;
    function queuedTransactions(bytes32 hash) external view returns (bool);
    function queueTransaction(address, uint256, string calldata, bytes calldata, uint256) external returns (bytes32);
    function cancelTransaction(address, uint256, string calldata, bytes calldata, uint256) external;
    function executeTransaction(address, uint256, string calldata, bytes calldata, uint256)
        external
        payable
        returns (bytes memory);
}

interface IProposalCount {
    function proposalCount() external view returns (uint256);
}

/// What stands in the delegator's storage, in GovernorBravo's order.
abstract contract SandboxBravoStorage {
    struct Receipt {
        bool hasVoted;
        uint8 support;
        uint96 votes;
    }

    struct Proposal {
        uint256 id;
        address proposer;
        uint256 eta;
        address[] targets;
        uint256[] values;
        string[] signatures;
        bytes[] calldatas;
        uint256 startBlock;
        uint256 endBlock;
        uint256 forVotes;
        uint256 againstVotes;
        uint256 abstainVotes;
        bool canceled;
        bool executed;
        mapping(address => Receipt) receipts;
    }

    address public admin;
    address public pendingAdmin;
    address public implementation;
    uint256 public votingDelay;
    uint256 public votingPeriod;
    uint256 public proposalThreshold;
    uint256 public initialProposalId;
    uint256 public proposalCount;
    ITimelock public timelock;
    IPriorVotes public comp;
    mapping(uint256 => Proposal) internal _proposals;
    mapping(address => uint256) public latestProposalIds;
    mapping(address => uint256) public whitelistAccountExpirations;
    address public whitelistGuardian;

    event NewImplementation(address oldImplementation, address newImplementation);
    event NewPendingAdmin(address oldPendingAdmin, address newPendingAdmin);
    event NewAdmin(address oldAdmin, address newAdmin);
    event VotingDelaySet(uint256 oldVotingDelay, uint256 newVotingDelay);
    event VotingPeriodSet(uint256 oldVotingPeriod, uint256 newVotingPeriod);
    event ProposalThresholdSet(uint256 oldProposalThreshold, uint256 newProposalThreshold);
    event WhitelistAccountExpirationSet(address account, uint256 expiration);
    event WhitelistGuardianSet(address oldGuardian, address newGuardian);
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
    event VoteCast(address indexed voter, uint256 proposalId, uint8 support, uint256 votes, string reason);
    event ProposalQueued(uint256 id, uint256 eta);
    event ProposalExecuted(uint256 id);
    event ProposalCanceled(uint256 id);
}

/// The contract at the address that people know; everything but the implementation's address is
/// answered by the implementation, in this contract's storage.
contract SandboxBravoDelegator is SandboxBravoStorage {
    constructor(
        address timelock_,
        address token_,
        address admin_,
        address implementation_,
        uint256 votingPeriod_,
        uint256 votingDelay_,
        uint256 proposalThreshold_
    ) {
        admin = msg.sender;
        _delegate(
            implementation_,
            abi.encodeCall(
                SandboxBravo.initialize, (timelock_, token_, votingPeriod_, votingDelay_, proposalThreshold_)
            )
        );
        _setImplementation(implementation_);
        admin = admin_;
    }

    function _setImplementation(address implementation_) public {
        require(msg.sender == admin, "SandboxBravo: only the admin may set the implementation");
        require(implementation_ != address(0), "SandboxBravo: an implementation has an address");
        emit NewImplementation(implementation, implementation_);
        implementation = implementation_;
    }

    fallback() external payable {
        bytes memory answer = _delegate(implementation, msg.data);
        assembly {
            return(add(answer, 32), mload(answer))
        }
    }

    receive() external payable {}

    function _delegate(address to, bytes memory data) private returns (bytes memory answer) {
        bool done;
        (done, answer) = to.delegatecall(data);
        if (!done) {
            assembly {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}

/// A governor that answers, acts and emits as GovernorBravo does, written for the sandbox: no
/// package with a permissive licence carries the original. Votes by signature are left out.
contract SandboxBravo is SandboxBravoStorage {
    enum ProposalState {
        Pending,
        Active,
        Canceled,
        Defeated,
        Succeeded,
        Queued,
        Expired,
        Executed
    }

    string public constant name = "Sandbox Governor Bravo";
    uint256 public constant proposalMaxOperations = 10;
    uint256 public immutable quorumVotes;

    constructor(uint256 quorumVotes_) {
        quorumVotes = quorumVotes_;
    }

    modifier onlyAdmin() {
        require(msg.sender == admin, "SandboxBravo: only the admin may");
        _;
    }

    function initialize(
        address timelock_,
        address token_,
        uint256 votingPeriod_,
        uint256 votingDelay_,
        uint256 proposalThreshold_
    ) external onlyAdmin {
        require(address(timelock) == address(0), "SandboxBravo: it is set up already");
        timelock = ITimelock(timelock_);
        comp = IPriorVotes(token_);
        votingPeriod = votingPeriod_;
        votingDelay = votingDelay_;
        proposalThreshold = proposalThreshold_;
    }

    /// Begin to work, after the proposals of an older governor if there is one.
    function _initiate(address governorAlpha) external onlyAdmin {
        require(initialProposalId == 0, "SandboxBravo: it works already");
        initialProposalId = governorAlpha == address(0) ? 1 : IProposalCount(governorAlpha).proposalCount();
        proposalCount = initialProposalId;
        if (timelock.admin() != address(this)) timelock.acceptAdmin();
    }

    function propose(
        address[] memory targets,
        uint256[] memory values,
        string[] memory signatures,
        bytes[] memory calldatas,
        string memory description
    ) external returns (uint256 id) {
        require(initialProposalId != 0, "SandboxBravo: it does not work yet");
        bool hasEnough = comp.getPriorVotes(msg.sender, block.number - 1) > proposalThreshold;
        require(hasEnough || isWhitelisted(msg.sender), "SandboxBravo: too few votes to propose");
        uint256 length = targets.length;
        bool areEqual = length == values.length && length == signatures.length && length == calldatas.length;
        require(areEqual, "SandboxBravo: lists of different lengths");
        require(length != 0 && length <= proposalMaxOperations, "SandboxBravo: none or too many calls");
        uint256 latest = latestProposalIds[msg.sender];
        if (latest != 0) {
            ProposalState last = state(latest);
            require(
                last != ProposalState.Active && last != ProposalState.Pending,
                "SandboxBravo: one live proposal for each proposer"
            );
        }
        id = ++proposalCount;
        latestProposalIds[msg.sender] = id;
        Proposal storage made = _proposals[id];
        made.id = id;
        made.proposer = msg.sender;
        made.targets = targets;
        made.values = values;
        made.signatures = signatures;
        made.calldatas = calldatas;
        made.startBlock = block.number + votingDelay;
        made.endBlock = made.startBlock + votingPeriod;
        emit ProposalCreated(
            id,
            msg.sender,
            targets,
            values,
            signatures,
            calldatas,
            made.startBlock,
            made.endBlock,
            description
        );
    }

    function queue(uint256 id) external {
        require(state(id) == ProposalState.Succeeded, "SandboxBravo: only what has succeeded is queued");
        Proposal storage queued = _proposals[id];
        uint256 eta = block.timestamp + timelock.delay();
        queued.eta = eta;
        for (uint256 i = 0; i < queued.targets.length; i++) {
            (address target, uint256 value, string memory signature, bytes memory data) = _action(queued, i);
            bytes32 hash = keccak256(abi.encode(target, value, signature, data, eta));
            require(!timelock.queuedTransactions(hash), "SandboxBravo: the same call is queued for the same moment");
            timelock.queueTransaction(target, value, signature, data, eta);
        }
        emit ProposalQueued(id, eta);
    }

    function execute(uint256 id) external payable {
        require(state(id) == ProposalState.Queued, "SandboxBravo: only what is queued is executed");
        Proposal storage executed = _proposals[id];
        executed.executed = true;
        for (uint256 i = 0; i < executed.targets.length; i++) {
            (address target, uint256 value, string memory signature, bytes memory data) = _action(executed, i);
            timelock.executeTransaction{value: value}(target, value, signature, data, executed.eta);
        }
        emit ProposalExecuted(id);
    }

    /// The proposer may always, the guardian for those on the whitelist, and anyone once the
    /// proposer has fallen below the threshold.
    function cancel(uint256 id) external {
        require(state(id) != ProposalState.Executed, "SandboxBravo: what is executed stays");
        Proposal storage canceled = _proposals[id];
        if (msg.sender != canceled.proposer) {
            bool hasFallen = comp.getPriorVotes(canceled.proposer, block.number - 1) < proposalThreshold;
            bool isExempt = isWhitelisted(canceled.proposer) && msg.sender != whitelistGuardian;
            require(hasFallen && !isExempt, "SandboxBravo: the proposer is above the threshold");
        }
        canceled.canceled = true;
        for (uint256 i = 0; i < canceled.targets.length; i++) {
            (address target, uint256 value, string memory signature, bytes memory data) = _action(canceled, i);
            timelock.cancelTransaction(target, value, signature, data, canceled.eta);
        }
        emit ProposalCanceled(id);
    }

    function castVote(uint256 id, uint8 support) external {
        emit VoteCast(msg.sender, id, support, _count(id, support), "");
    }

    function castVoteWithReason(uint256 id, uint8 support, string calldata reason) external {
        emit VoteCast(msg.sender, id, support, _count(id, support), reason);
    }

    function state(uint256 id) public view returns (ProposalState) {
        require(id <= proposalCount && id > initialProposalId, "SandboxBravo: no such proposal");
        Proposal storage asked = _proposals[id];
        if (asked.canceled) return ProposalState.Canceled;
        if (block.number <= asked.startBlock) return ProposalState.Pending;
        if (block.number <= asked.endBlock) return ProposalState.Active;
        if (asked.forVotes <= asked.againstVotes || asked.forVotes < quorumVotes) return ProposalState.Defeated;
        if (asked.eta == 0) return ProposalState.Succeeded;
        if (asked.executed) return ProposalState.Executed;
        if (block.timestamp >= asked.eta + timelock.GRACE_PERIOD()) return ProposalState.Expired;
        return ProposalState.Queued;
    }

    function proposals(uint256 asked)
        external
        view
        returns (
            uint256 id,
            address proposer,
            uint256 eta,
            uint256 startBlock,
            uint256 endBlock,
            uint256 forVotes,
            uint256 againstVotes,
            uint256 abstainVotes,
            bool canceled,
            bool executed
        )
    {
        Proposal storage found = _proposals[asked];
        return (
            found.id,
            found.proposer,
            found.eta,
            found.startBlock,
            found.endBlock,
            found.forVotes,
            found.againstVotes,
            found.abstainVotes,
            found.canceled,
            found.executed
        );
    }

    function getActions(uint256 id)
        external
        view
        returns (
            address[] memory targets,
            uint256[] memory values,
            string[] memory signatures,
            bytes[] memory calldatas
        )
    {
        Proposal storage asked = _proposals[id];
        return (asked.targets, asked.values, asked.signatures, asked.calldatas);
    }

    function getReceipt(uint256 id, address voter) external view returns (Receipt memory) {
        return _proposals[id].receipts[voter];
    }

    function isWhitelisted(address account) public view returns (bool) {
        return whitelistAccountExpirations[account] > block.timestamp;
    }

    function _setVotingDelay(uint256 blocks) external onlyAdmin {
        emit VotingDelaySet(votingDelay, blocks);
        votingDelay = blocks;
    }

    function _setVotingPeriod(uint256 blocks) external onlyAdmin {
        emit VotingPeriodSet(votingPeriod, blocks);
        votingPeriod = blocks;
    }

    function _setProposalThreshold(uint256 votes) external onlyAdmin {
        emit ProposalThresholdSet(proposalThreshold, votes);
        proposalThreshold = votes;
    }

    function _setWhitelistAccountExpiration(address account, uint256 expiration) external {
        require(msg.sender == admin || msg.sender == whitelistGuardian, "SandboxBravo: only the admin may");
        whitelistAccountExpirations[account] = expiration;
        emit WhitelistAccountExpirationSet(account, expiration);
    }

    function _setWhitelistGuardian(address account) external onlyAdmin {
        emit WhitelistGuardianSet(whitelistGuardian, account);
        whitelistGuardian = account;
    }

    function _setPendingAdmin(address account) external onlyAdmin {
        emit NewPendingAdmin(pendingAdmin, account);
        pendingAdmin = account;
    }

    function _acceptAdmin() external {
        require(msg.sender == pendingAdmin && msg.sender != address(0), "SandboxBravo: only the next admin may");
        emit NewAdmin(admin, pendingAdmin);
        emit NewPendingAdmin(pendingAdmin, address(0));
        admin = pendingAdmin;
        pendingAdmin = address(0);
    }

    function _count(uint256 id, uint8 support) private returns (uint96 votes) {
        require(state(id) == ProposalState.Active, "SandboxBravo: voting is closed");
        require(support <= 2, "SandboxBravo: vote 0, 1 or 2");
        Proposal storage voted = _proposals[id];
        Receipt storage receipt = voted.receipts[msg.sender];
        require(!receipt.hasVoted, "SandboxBravo: this voter has voted");
        votes = comp.getPriorVotes(msg.sender, voted.startBlock);
        if (support == 0) voted.againstVotes += votes;
        else if (support == 1) voted.forVotes += votes;
        else voted.abstainVotes += votes;
        (receipt.hasVoted, receipt.support, receipt.votes) = (true, support, votes);
    }

    function _action(Proposal storage of_, uint256 i)
        private
        view
        returns (address, uint256, string memory, bytes memory)
    {
        return (of_.targets[i], of_.values[i], of_.signatures[i], of_.calldatas[i]);
    }
}
