#include "core/export/pickle_opcodes.h"

namespace warmstart {

const char* opcode_name(unsigned char code) {
  switch (code) {
    case 'i':
      return "INST";
    case 'o':
      return "OBJ";
    case 0x81:
      return "NEWOBJ";
    case 0x92:
      return "NEWOBJ_EX";
    case 0x93:
      return "STACK_GLOBAL";
    case 0x82:
    case 0x83:
    case 0x84:
      return "EXT";
    case 'P':
      return "PERSID";
    case 'S':
    case 'T':
    case 'U':
      return "STRING";
    case 'B':
    case 'C':
    case 0x8e:
      return "BINBYTES";
    case 0x97:
    case 0x98:
      return "BUFFER";
    case 0x8f:
    case 0x90:
    case 0x91:
      return "SET";
    case 'I':
    case 'L':
    case 'F':
    case 'V':
    case 'p':
    case 'g':
    case 'd':
    case 'l':
      return "a protocol 0 opcode";
    case '2':
      return "DUP";
    case 0x8b:
      return "LONG4";
    case 0x8d:
      return "BINUNICODE8";
    default:
      return "an unknown opcode";
  }
}

}  // namespace warmstart
