"""Token numbers of the lines of a file by SentencePiece's own Python package: MODEL TEXT, a list a line."""
import sys

import sentencepiece

processor = sentencepiece.SentencePieceProcessor(model_file=sys.argv[1])
for line in open(sys.argv[2], encoding="utf-8"):
    print(*processor.encode(line.rstrip("\n")))
