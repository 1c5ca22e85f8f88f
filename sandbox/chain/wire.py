"""Blocks, transactions, receipts and logs as JSON-RPC writes them."""

from collections.abc import Iterator
from typing import Any, TypeAlias

from eth_utils.address import to_checksum_address

from sandbox.chain.ledger import MinedBlock

Json: TypeAlias = Any

NOWHERE = "0x" + "00" * 20


def octets(data: bytes) -> str:
    """Write bytes the JSON-RPC way."""
    return "0x" + data.hex()


def header_json(block: MinedBlock, *, full: bool = False) -> Json:
    """Write a block; its transactions as hashes, or whole if `full`."""
    header = block.header
    transactions: list[Json] = [octets(bytes(t.hash)) for t in block.transactions]
    if full:
        transactions = [transaction_json(block, index) for index in range(len(transactions))]
    return {
        "number": hex(block.number),
        "hash": octets(block.hash),
        "parentHash": octets(header.parent_hash),
        "sha3Uncles": octets(header.uncles_hash),
        "miner": to_checksum_address(header.coinbase),
        "stateRoot": octets(header.state_root),
        "transactionsRoot": octets(header.transaction_root),
        "receiptsRoot": octets(header.receipt_root),
        "logsBloom": f"0x{header.bloom:0512x}",
        "difficulty": hex(header.difficulty),
        "gasLimit": hex(header.gas_limit),
        "gasUsed": hex(header.gas_used),
        "timestamp": hex(block.timestamp),
        "extraData": octets(header.extra_data),
        "mixHash": octets(header.mix_hash),
        "nonce": octets(header.nonce),
        "baseFeePerGas": hex(header.base_fee_per_gas),
        "transactions": transactions,
        "uncles": [],
        "withdrawals": [],
    }


def transaction_json(block: MinedBlock, index: int) -> Json:
    """Write the transaction at this index of the block."""
    transaction = block.transactions[index]
    return {
        "hash": octets(bytes(transaction.hash)),
        "blockHash": octets(block.hash),
        "blockNumber": hex(block.number),
        "transactionIndex": hex(index),
        "from": to_checksum_address(transaction.sender),
        "to": to_checksum_address(transaction.to) if transaction.to else None,
        "nonce": hex(transaction.nonce),
        "value": hex(transaction.value),
        "input": octets(transaction.data),
        "gas": hex(transaction.gas),
        "gasPrice": hex(block.header.base_fee_per_gas),
        "type": hex(getattr(transaction, "type_id", None) or 0),
    }


def logs_json(block: MinedBlock) -> Iterator[Json]:
    """Write every log of the block, in order."""
    log_index = 0
    for index, receipt in enumerate(block.receipts):
        transaction_hash = octets(bytes(block.transactions[index].hash))
        for log in receipt.logs:
            yield {
                "address": to_checksum_address(log.address),
                "topics": [f"0x{topic:064x}" for topic in log.topics],
                "data": octets(log.data),
                "blockNumber": hex(block.number),
                "blockHash": octets(block.hash),
                "blockTimestamp": hex(block.timestamp),
                "transactionHash": transaction_hash,
                "transactionIndex": hex(index),
                "logIndex": hex(log_index),
                "removed": False,
            }
            log_index += 1


def receipt_json(block: MinedBlock, index: int) -> Json:
    """Write the receipt at this index of the block."""
    receipt = block.receipts[index]
    before = block.receipts[index - 1].gas_used if index else 0
    transaction = transaction_json(block, index)
    logs = [log for log in logs_json(block) if log["transactionIndex"] == hex(index)]
    return {
        key: transaction[key]
        for key in ("blockHash", "blockNumber", "transactionIndex", "from", "to", "type")
    } | {
        "transactionHash": transaction["hash"],
        "contractAddress": None,
        "status": hex(1 if receipt.state_root == b"\x01" else 0),
        "cumulativeGasUsed": hex(receipt.gas_used),
        "gasUsed": hex(receipt.gas_used - before),
        "effectiveGasPrice": hex(block.header.base_fee_per_gas),
        "logs": logs,
        "logsBloom": f"0x{receipt.bloom:0512x}",
    }
