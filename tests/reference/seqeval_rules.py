"""Precision, recall and F1 of entities by the rules of seqeval's default mode (those of conlleval.pl), written as that package
states them: a chunk ends and starts by comparing each tag with the one before it."""
import torch

import exchange


def split(tag):
    return ("O", "") if tag == "O" else (tag[0], tag[2:])


def ends(before, tag, type_before, type_now):
    if before in "BI" and tag in "BO" and before != "O":
        return True
    return before != "O" and type_before != type_now


def starts(before, tag, type_before, type_now):
    if tag == "B" or (before == "O" and tag == "I"):
        return True
    return tag != "O" and type_before != type_now


def chunks(sentence):
    found, before, type_before, begin = set(), "O", "", 0
    for i, text in enumerate(list(sentence) + ["O"]):
        tag, kind = split(text)
        if ends(before, tag, type_before, kind):
            found.add((type_before, begin, i - 1))
        if starts(before, tag, type_before, kind):
            begin = i
        before, type_before = tag, kind
    return found


def scores(right, said, kind=None):
    def all_of(sentences):
        return {(n, *c) for n, s in enumerate(sentences) for c in chunks(s) if kind is None or c[0] == kind}

    there, given = all_of(right), all_of(said)
    hits = len(there & given)
    precision = hits / len(given) if given else 0.0
    recall = hits / len(there) if there else 0.0
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return [precision, recall, f1]


def answer(tensors, settings):
    names = settings["names"]

    def texts(rows):
        return [[names[t] for t in row.tolist() if t >= 0] for row in rows]

    right, said = texts(tensors["right"]), texts(tensors["said"])
    kinds = sorted({split(n)[1] for n in names if n != "O"})
    values = scores(right, said) + [scores(right, said, kind)[2] for kind in kinds]
    return {"values": torch.tensor(values, dtype=torch.float64)}


if __name__ == "__main__":
    exchange.main(answer)
