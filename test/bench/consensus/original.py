"""The original's algorithm in Python: every text is tokenised again for every pair. Reads texts, prints seconds and results."""

import json
import sys
import time


def cosine(left, right):
    one, other = set(left.split()), set(right.split())
    if not one or not other:
        return 0.0
    vocabulary = one | other
    first = [1.0 if word in one else 0.0 for word in vocabulary]
    second = [1.0 if word in other else 0.0 for word in vocabulary]
    dot = sum(a * b for a, b in zip(first, second))
    lengths = sum(a * a for a in first) ** 0.5 * sum(b * b for b in second) ** 0.5
    return dot / lengths


def clusters(matrix, threshold):
    seen, found = set(), []
    for row in range(len(matrix)):
        if row in seen:
            continue
        near = [c for c in range(row, len(matrix)) if c not in seen and (c == row or matrix[row][c] >= threshold)]
        seen.update(near)
        found.append(near)
    return found


def compare(texts):
    matrix = [[1.0] * len(texts) for _ in texts]
    for row in range(len(texts)):
        for column in range(row + 1, len(texts)):
            matrix[row][column] = matrix[column][row] = cosine(texts[row], texts[column])
    return matrix, clusters(matrix, 0.7)


texts, rounds = json.load(sys.stdin)
compare(texts)
start = time.perf_counter()
for _ in range(rounds):
    matrix, groups = compare(texts)
print(json.dumps({"seconds": (time.perf_counter() - start) / rounds, "matrix": matrix}))
