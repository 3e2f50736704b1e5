"""Reference values for the pathway metrics and correlations, from SciPy, NumPy and PyTorch. Run with the system's python3."""
import numpy as np
from scipy import stats

x = [0.57, 0.69, 0.97, 1.0, 0.69, 0.83, 0.91]
y = [0.90, 0.81, 0.66, 0.64, 0.81, 0.70, 0.72]
z = [0.10, 0.30, 0.20, 0.20, 0.50, 0.10, 0.40]
for name, a, b in (("x y", x, y), ("x z", x, z), ("3 points", x[:3], z[:3])):
    print(name, "pearson", *map(repr, stats.pearsonr(a, b)), "spearman", *map(repr, stats.spearmanr(a, b)))

a = np.sin(np.arange(20).reshape(5, 4))
h = a @ a.T
print("effective dimension", repr(np.trace(h @ np.linalg.inv(h + 0.5 * np.eye(5)))))

w = np.abs(np.sin(np.arange(24).reshape(2, 3, 4) + 1)) + 0.1
w = w / w.sum(-1, keepdims=True)
v = np.cos(np.arange(60).reshape(3, 4, 5) * 1.3)
e = np.einsum("nlk,lkd->nld", w, v)
unit = e / np.linalg.norm(e, axis=-1, keepdims=True)
print("similarity", (unit[:, :-1] * unit[:, 1:]).sum(-1).tolist())
print("entropy", repr(-(w * np.log(w)).sum(-1).mean()))
