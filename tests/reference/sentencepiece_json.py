"""A SentencePiece byte-pair model as tokenizer.json, with texts and the tokens that SentencePiece's own package gives them:
FOLDER fallback|unknown (no byte pieces, and pieces that lie across words). Writes normalizer.json and metaspace.json (two ways
to say the same), texts.json, tokens.json and decoded.json. A merge is a pair of pieces that join to a piece, ranked by the score of that piece."""
import io
import json
import random
import sys

import sentencepiece

folder, kind = sys.argv[1:]
fallback = kind == "fallback"
rng = random.Random(7)
MARK = "\u2581"
words = ("the quick brown fox jumps over a lazy dog while seven wizards quietly mix gr\u00fc\u00dfe und \u00e7i\u00e7ek in old "
         "jars lower newest widest low").split()
letters = "thequickbrownfxjmpsvlazydg    \u00fc\u00df\u00e9\u00e7\u4e2d\U0001f600\n\t<0A>\u2581"


def sentence(least, most):
    return (" " * (rng.random() < 0.2) + " ".join(rng.choice(words) + " " * (rng.random() < 0.1)
                                                  for _ in range(rng.randint(least, most))) + rng.choice([".", "!", ", x", " "]))


model = io.BytesIO()
sentencepiece.SentencePieceTrainer.train(
    sentence_iterator=iter([sentence(3, 12) for _ in range(2000)]), model_writer=model, model_type="bpe",
    vocab_size=440 if fallback else 220, byte_fallback=fallback, normalization_rule_name="identity",
    split_by_whitespace=fallback, remove_extra_whitespaces=False, character_coverage=0.9995, minloglevel=3, num_threads=1)
processor = sentencepiece.SentencePieceProcessor(model_proto=model.getvalue())
pieces = [processor.id_to_piece(i) for i in range(processor.get_piece_size())]
score = {piece: processor.get_score(i) for i, piece in enumerate(pieces)
         if not (processor.is_unknown(i) or processor.is_control(i) or processor.is_byte(i))}
number = {piece: i for i, piece in enumerate(pieces)}
merges = [(-score[made], number[made], number[made[:k]], number[made[k:]]) for made in score for k in range(1, len(made))
          if made[:k] in score and made[k:] in score]
assert len(merges) > 60, len(merges)

texts = ["", " ", "a", " a", "  the  low  ", "lower\nnewest\n", "\n", "\U0001f600\u4e2d\u4e2d", MARK + "the"]
texts += [sentence(1, 20) for _ in range(200)]
texts += ["".join(rng.choice(letters) for _ in range(rng.randint(0, 60))) for _ in range(200)]
long = "".join(rng.choice(words) for _ in range(25000))
assert len(long) > 100000
texts.append(long)
tokens = [processor.encode(text) for text in texts]


def write(name, value):
    with open(f"{folder}/{name}.json", "w", encoding="utf-8") as file:
        json.dump(value, file)


def tokenizer(normalizer, pre_tokenizer, decoder):
    special = {"single_word": False, "lstrip": False, "rstrip": False, "normalized": False, "special": True}
    return {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": i, "content": pieces[i], **special} for i in range(3)],
        "normalizer": normalizer, "pre_tokenizer": pre_tokenizer, "post_processor": None, "decoder": decoder,
        "model": {"type": "BPE", "dropout": None, "unk_token": "<unk>", "continuing_subword_prefix": None,
                  "end_of_word_suffix": None, "fuse_unk": True, "byte_fallback": fallback, "vocab": number,
                  "merges": [f"{pieces[first]} {pieces[second]}" for _, _, first, second in sorted(merges)]}}


replaced = {"type": "Replace", "pattern": {"String": " "}, "content": MARK}
back = {"type": "Replace", "pattern": {"String": MARK}, "content": " "}
write("normalizer", tokenizer(
    {"type": "Sequence", "normalizers": [{"type": "Prepend", "prepend": MARK}, replaced]}, None,
    {"type": "Sequence", "decoders": [back, {"type": "ByteFallback"}, {"type": "Fuse"},
                                      {"type": "Strip", "content": " ", "start": 1, "stop": 0}]}))
metaspace = {"type": "Metaspace", "replacement": MARK, "prepend_scheme": "always", "split": False}
write("metaspace", tokenizer(None, metaspace, metaspace))
write("texts", texts)
write("tokens", tokens)
write("decoded", [processor.decode(row) for row in tokens])
