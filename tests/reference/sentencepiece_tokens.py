"""Token numbers of the lines of a file by SentencePiece's own Python package: MODEL TEXT, a list a line; with a third word, of the
whole file in one call."""
import sys

import sentencepiece

processor = sentencepiece.SentencePieceProcessor(model_file=sys.argv[1])
if len(sys.argv) > 3:
    print(*processor.encode(open(sys.argv[2], encoding="utf-8").read()))
    sys.exit()
for line in open(sys.argv[2], encoding="utf-8"):
    print(*processor.encode(line.rstrip("\n")))
