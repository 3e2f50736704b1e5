"""Reads a TensorBoard event file with nothing but the format's description and prints it as JSON.

Independent of the C++ writer: CRC-32C bit by bit, protobuf fields decoded generically.
usage: read_event_file.py FILE
"""
import json
import struct
import sys


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data):
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(data):
    at = 0
    while at < len(data):
        head = data[at:at + 8]
        length, = struct.unpack("<Q", head)
        assert struct.unpack("<I", data[at + 8:at + 12])[0] == masked(head), "length checksum"
        body = data[at + 12:at + 12 + length]
        assert len(body) == length, "record is cut"
        end = at + 12 + length
        assert struct.unpack("<I", data[end:end + 4])[0] == masked(body), "data checksum"
        yield body
        at = end + 4


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        else:
            if kind == 2:
                size, at = varint(data, at)
            else:
                size = {1: 8, 5: 4}[kind]
            value, at = data[at:at + size], at + size
            assert len(value) == size, "field is cut"
        yield key >> 3, kind, value


def event(body):
    out = {"step": 0, "values": {}}
    for number, kind, value in fields(body):
        if (number, kind) == (1, 1):
            out["time"], = struct.unpack("<d", value)
        elif (number, kind) == (2, 0):
            out["step"] = value
        elif (number, kind) == (3, 2):
            out["version"] = value.decode()
        else:
            assert (number, kind) == (5, 2), f"unknown field {number}"
            for inner, _, entry in fields(value):
                assert inner == 1
                parts = {n: v for n, _, v in fields(entry)}
                number, = struct.unpack("<f", parts[2])
                out["values"][parts[1].decode()] = "nan" if number != number else number
    return out


assert crc32c(b"123456789") == 0xE3069283  # the check value of the polynomial's catalogue entry
print(json.dumps([event(body) for body in records(open(sys.argv[1], "rb").read())]))
