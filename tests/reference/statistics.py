"""Reference values for tests/unit/base/statistics_test.cpp, from SciPy. Run with the system's python3; prints C++ lines."""
import numpy as np
from scipy import stats

differences = [0.03, -0.01, 0.05, 0.02, 0.04, -0.02, 0.01, 0.06]
print("differences", differences)
for name in ("greater", "two-sided"):
    result = stats.permutation_test(
        (np.array(differences),), np.mean, permutation_type="samples", n_resamples=np.inf, alternative=name,
    )
    print("sign flips", name, repr(result.pvalue))

n = 60
values = np.sin(np.arange(n) * 1.7) + 0.15
rng = np.random.default_rng(1)
signs = rng.choice([-1.0, 1.0], size=(400000, n))
sums = signs @ values
print("60 differences, greater", (np.sum(sums >= values.sum() - 1e-12) + 1) / 400001)
# The same tail from the normal limit, as a check of the order of magnitude.
print("60 differences, normal limit", stats.norm.sf(values.sum() / np.sqrt((values**2).sum())))

a = [0.80, 0.82, 0.75, 0.90, 0.66, 0.71]
b = [0.81, 0.82, 0.79, 0.93, 0.70, 0.70]
c = [0.85, 0.84, 0.79, 0.91, 0.75, 0.77]
d = [0.79, 0.82, 0.70, 0.90, 0.66, 0.72]
print("friedman 3", *map(repr, stats.friedmanchisquare(a, b, c)))
print("friedman 4", *map(repr, stats.friedmanchisquare(a, b, c, d)))

for statistic, degrees in [(0.1, 1), (3.84, 1), (5.99, 2), (1.0, 5), (30.0, 5), (200.0, 4), (12.0, 12), (1e-8, 3)]:
    print("chi2", statistic, degrees, repr(stats.chi2.sf(statistic, degrees)))


def adjusted(p):
    p = np.asarray(p)
    order = np.argsort(p)
    scaled = p[order] * len(p) / np.arange(1, len(p) + 1)
    out = np.empty_like(p)
    out[order] = np.minimum(1, np.minimum.accumulate(scaled[::-1])[::-1])
    return out


p_values = [0.01, 0.04, 0.03, 0.005, 0.5, 0.03, 0.9]
bh = getattr(stats, "false_discovery_control", adjusted)
print("benjamini hochberg", [float(x) for x in bh(p_values)])

print("std, sem", repr(np.std(a, ddof=1)), repr(stats.sem(a)))
sample = np.array([0.61, 0.72, 0.68, 0.80, 0.75, 0.66, 0.70, 0.77, 0.59, 0.83])
interval = stats.bootstrap((sample,), np.mean, confidence_level=0.9, method="percentile", n_resamples=200000,
                           random_state=3).confidence_interval
print("bootstrap 90 %", interval)
