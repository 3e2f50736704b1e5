// The opcodes of Python's pickle format (protocols 0 to 5, pickletools' names): those that the
// reader follows, and the names of those that it refuses.
#pragma once

namespace warmstart {

/// Opcodes that are read; the byte is the format's.
enum Opcode : unsigned char {
  kProto = 0x80,
  kStop = '.',
  kMark = '(',
  kPop = '0',
  kPopMark = '1',
  kMemoize = 0x94,
  kFrame = 0x95,
  kNone = 'N',
  kTrue = 0x88,
  kFalse = 0x89,
  kInt1 = 'K',
  kInt2 = 'M',
  kInt4 = 'J',
  kLong1 = 0x8a,
  kFloat = 'G',
  kText = 'X',
  kShortText = 0x8c,
  kEmptyTuple = ')',
  kTuple = 't',
  kTuple1 = 0x85,
  kTuple2 = 0x86,
  kTuple3 = 0x87,
  kEmptyList = ']',
  kAppend = 'a',
  kAppends = 'e',
  kEmptyMap = '}',
  kSetItem = 's',
  kSetItems = 'u',
  kGlobal = 'c',
  kReduce = 'R',
  kPersistentId = 'Q',
  kBuild = 'b',
  kPut1 = 'q',
  kPut4 = 'r',
  kGet1 = 'h',
  kGet4 = 'j',
};

/// The name of an opcode that runs code or reaches further than a state dict needs, for the
/// message.
const char* opcode_name(unsigned char code);

}  // namespace warmstart
