"""Average precision, area under the curve and d' of scores (S) and positives (S), each worked out in its own way:
thresholds counted one by one, scipy's Mann-Whitney U, scipy's normal quantile."""
import numpy as np
import scipy.stats
import torch

import exchange


def average_precision(score, positive):
    area, before = 0.0, 0.0
    for threshold in sorted(set(score), reverse=True):
        taken = score >= threshold
        recall = (taken & positive).sum() / positive.sum()
        area += (recall - before) * (taken & positive).sum() / taken.sum()
        before = recall
    return area


def answer(tensors, settings):
    score, positive = tensors["scores"].numpy(), tensors["positive"].numpy().astype(bool)
    u = scipy.stats.mannwhitneyu(score[positive], score[~positive]).statistic
    auc = u / (positive.sum() * (~positive).sum())
    values = [average_precision(score, positive), auc, np.sqrt(2) * scipy.stats.norm.ppf(auc)]
    return {"values": torch.tensor(values, dtype=torch.float64)}


if __name__ == "__main__":
    exchange.main(answer)
