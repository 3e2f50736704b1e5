"""xoshiro256** seeded by splitmix64, and the seed mixing, in whole numbers of Python; prints known answers as JSON.

The two generators are checked against vectors published with other implementations before anything is printed.
"""
import json
import math
from fractions import Fraction

MASK = (1 << 64) - 1


def splitmix(state):
    state = (state + 0x9E3779B97F4A7C15) & MASK
    z = state
    z = ((z ^ z >> 30) * 0xBF58476D1CE4E5B9) & MASK
    z = ((z ^ z >> 27) * 0x94D049BB133111EB) & MASK
    return state, z ^ z >> 31


def rotl(x, k):
    return (x << k | x >> (64 - k)) & MASK


class Xoshiro:
    def __init__(self, words):
        self.s = list(words)

    @classmethod
    def seeded(cls, seed):
        words = []
        for _ in range(4):
            seed, word = splitmix(seed)
            words.append(word)
        return cls(words)

    def bits(self):
        s = self.s
        result = rotl(s[1] * 5 & MASK, 7) * 9 & MASK
        t = s[1] << 17 & MASK
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 45)
        return result

    def uniform(self):
        return (self.bits() >> 11) / 2 ** 53

    def integer(self, low, high):
        # The definition, in exact fractions: equal shares of the 2^64 outcomes, the surplus drawn again.
        span = high - low + 1
        while True:
            value = self.bits()
            if value * span % 2 ** 64 >= 2 ** 64 % span:
                return low + math.floor(Fraction(value * span, 2 ** 64))

    def normal(self):
        radius = math.sqrt(-2 * math.log(1 - self.uniform()))
        return radius * math.cos(2 * math.pi * self.uniform())


def mix_seed(seed, stream, index=0, sub=0):
    mixed = splitmix(seed)[1]
    for byte in stream.encode():
        mixed = splitmix(mixed ^ byte)[1]
    for part in (index, sub):
        mixed = splitmix(mixed ^ ((part * 0xD1342543DE82EF95 + 1) & MASK))[1]
    return mixed


# splitmix64 of 1234567 (Rosetta Code), xoshiro256** of the state 1, 2, 3, 4 (rand_xoshiro's test).
state, first = splitmix(1234567)
state, second = splitmix(state)
assert (first, second) == (6457827717110365317, 3203168211198807973)
published = Xoshiro([1, 2, 3, 4])
assert [published.bits() for _ in range(4)] == [11520, 0, 1509978240, 1215971899390074240]

out = {}
for name, seed in (("0", 0), ("42", 42), ("max", MASK)):
    g = Xoshiro.seeded(seed)
    out["bits." + name] = [str(g.bits()) for _ in range(20)]
    g = Xoshiro.seeded(seed)
    out["uniform." + name] = [g.uniform() for _ in range(20)]
    g = Xoshiro.seeded(seed)
    out["normal." + name] = [g.normal() for _ in range(20)]
    g = Xoshiro.seeded(seed)
    out["small." + name] = [str(g.integer(-3, 6)) for _ in range(20)]
    g = Xoshiro.seeded(seed)
    out["wide." + name] = [str(g.integer(-2 ** 63, 2 ** 62)) for _ in range(20)]
out["mix"] = [str(mix_seed(*parts)) for parts in ((0, ""), (7, "data"), (7, "data", 3), (7, "data", 3, 9), (MASK, "Maß", MASK, 1))]
print(json.dumps(out))
