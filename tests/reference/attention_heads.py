# Numbers of tests/gui/attention_test.cpp, by numpy alone: a head over seven tokens a b c a b c a.
import numpy as np
tokens = [0, 1, 2, 0, 1, 2, 0]
T = len(tokens)
q, k = np.meshgrid(np.arange(T), np.arange(T), indexing="ij")

def head(seed):
    score = ((q * 7 + k * 3 + seed * 5) % 11) / 4.0
    score = np.where(k <= q, score, -np.inf)
    e = np.exp(score)
    return e / e.sum(1, keepdims=True)

a = head(1)
with np.errstate(divide="ignore", invalid="ignore"):
    print("entropy", np.nansum(-a * np.log2(a), axis=1).mean())
print("previous", np.diagonal(a, -1).mean())
print("itself", np.diagonal(a).mean())
print("first", a[1:, 0].mean())
t = np.array(tokens)
after = np.zeros((T, T), bool)
after[:, 1:] = t[None, :-1] == t[:, None]
after &= k < q
print("induction", (a * after).sum(1)[after.any(1)].mean())
layers = [(head(1) + head(2)) / 2, (head(3) + head(4)) / 2]
rollout = np.eye(T)
for layer in layers:
    mixed = 0.5 * layer + 0.5 * np.eye(T)
    rollout = (mixed / mixed.sum(1, keepdims=True)) @ rollout
print("rollout", rollout[6].round(8).tolist(), rollout[3].round(8).tolist())
