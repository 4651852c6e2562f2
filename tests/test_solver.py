"""Many support vector machines at once: each is what LinearSVC finds, whoever stands beside it."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from sklearn.svm import LinearSVC

from tagonomy.pipeline import KERNEL_VARIABLE
from tagonomy.training.solver import descend, fit_lanes, ratio_scales, solver


def problem(
    seed: int, articles: int = 60, features: int = 25, labels: int = 5
) -> tuple[csr_array, np.ndarray]:
    """Return sparse rows of length 1, and signs that depend on them."""
    random = np.random.default_rng(seed)
    dense = random.random((articles, features)) * (random.random((articles, features)) < 0.3)
    length = np.linalg.norm(dense, axis=1, keepdims=True)
    dense = np.divide(dense, length, out=np.zeros_like(dense), where=length > 0)
    truth = dense @ random.normal(size=(features, labels)) + random.normal(0, 0.1, (articles, labels))
    return csr_array(dense.astype(np.float32)), np.where(truth > 0, 1, -1).astype(np.int8)


def damping(lanes: int, C: float = 1.0, positive_weight: float = 1.0) -> np.ndarray:
    return np.tile([[0.5 / C], [0.5 / (C * positive_weight)]], lanes).astype(np.float32)


@pytest.mark.parametrize(("C", "positive_weight"), [(1.0, 1.0), (0.1, 1.0), (5.0, 3.0)])
def test_each_lane_is_a_linear_svc(C: float, positive_weight: float) -> None:
    X, signs = problem(0)
    weights, intercepts = fit_lanes(
        X, signs, damping(5, C, positive_weight), seed=0, passes=3000, tolerance=1e-5
    )
    for lane in range(5):
        expected = LinearSVC(
            C=C, tol=1e-8, max_iter=100_000, random_state=0, class_weight={1: positive_weight, -1: 1}
        ).fit(X, signs[:, lane])
        np.testing.assert_allclose(weights[:, lane], expected.coef_[0], atol=2e-3)
        assert intercepts[lane] == pytest.approx(expected.intercept_[0], abs=2e-3)


@given(st.integers(0, 1000), st.sets(st.integers(0, 4), min_size=1))
@settings(max_examples=20, deadline=None)
def test_a_lane_does_not_depend_on_its_neighbours(seed: int, chosen: set[int]) -> None:
    X, signs = problem(seed)
    lanes = sorted(chosen)
    together, _ = fit_lanes(X, signs, damping(5), seed=seed)
    apart, _ = fit_lanes(X, signs[:, lanes], damping(len(lanes)), seed=seed)
    assert together[:, lanes].tolist() == apart.tolist()


def test_scales_are_those_of_the_features() -> None:
    X, signs = problem(4)
    scales = np.random.default_rng(0).random((25, 5)).astype(np.float32)
    weights, intercepts = fit_lanes(X, signs, damping(5), seed=0, scales=scales, passes=3000, tolerance=1e-5)
    for lane in range(5):
        scaled = csr_array(X.multiply(scales[:, lane]))
        expected, intercept = fit_lanes(
            scaled, signs[:, [lane]], damping(1), seed=0, passes=3000, tolerance=1e-5
        )
        np.testing.assert_allclose(weights[:, lane], expected[:, 0] * scales[:, lane], atol=2e-3)
        assert intercepts[lane] == pytest.approx(intercept[0], abs=2e-3)


def test_a_word_counts_by_how_far_its_frequency_depends_on_the_label() -> None:
    even, inside, outside = [1, 1, 1, 1], [1, 1, 0, 0], [0, 0, 1, 1]
    X = csr_array(np.array([even, inside, outside] * 4, dtype=np.float32).reshape(-1, 4).T.repeat(2, axis=0))
    gold, folds = np.repeat([True, True, False, False], 2)[:, None], np.arange(8) % 2
    scales = ratio_scales(X, gold, folds)
    assert scales.shape == (12, 3)
    of_even, of_inside, of_outside = scales[:3, 0].tolist()
    assert of_even < min(of_inside, of_outside)
    # Both folds are alike, so what is left without one of them is as telling.
    np.testing.assert_array_equal(scales[:, 1], scales[:, 2])


@given(st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_a_fold_is_not_seen_by_its_own_lane(seed: int) -> None:
    X, signs = problem(seed)
    gold, folds = signs > 0, np.arange(len(signs)) % 3
    changed = np.where((folds == 1)[:, None], ~gold, gold)
    before, after = ratio_scales(X, gold, folds), ratio_scales(X, changed, folds)
    np.testing.assert_array_equal(before[:, 2::4], after[:, 2::4])


def test_what_a_lane_must_not_see_does_not_matter() -> None:
    X, signs = problem(1)
    hidden = signs.copy()
    hidden[::3] = 0
    weights, intercepts = fit_lanes(X, hidden, damping(5), seed=0, passes=3000, tolerance=1e-5)
    seen = np.arange(len(signs)) % 3 != 0
    alone, alone_intercepts = fit_lanes(X[seen], signs[seen], damping(5), seed=0, passes=3000, tolerance=1e-5)
    np.testing.assert_allclose(weights, alone, atol=1e-3)
    np.testing.assert_allclose(intercepts, alone_intercepts, atol=1e-3)


def test_a_lane_without_articles_or_of_one_side_only_is_no_obstacle() -> None:
    X, signs = problem(2)
    signs[:, 0], signs[:, 1] = 0, -1
    weights, intercepts = fit_lanes(X, signs, damping(5), seed=0, passes=200)
    assert not weights[:, 0].any() and intercepts[0] == 0
    assert (X @ weights[:, 1] + intercepts[1] < -0.7).all()


def test_articles_without_features_move_the_intercept_alone() -> None:
    X = csr_array((4, 3), dtype=np.float32)
    signs = np.array([[1], [-1], [-1], [-1]], dtype=np.int8)
    weights, intercepts = fit_lanes(X, signs, damping(1), seed=0, passes=500, tolerance=1e-6)
    assert not weights.any()
    assert intercepts[0] == pytest.approx(-4 / 9, abs=1e-3)  # of b*b/2 + (1-b)^2 + 3*(1+b)^2


def test_the_same_seed_gives_the_same_bytes() -> None:
    X, signs = problem(3)
    one, two = (fit_lanes(X, signs, damping(5), seed=4)[0] for _ in range(2))
    assert one.tobytes() == two.tobytes()


def test_the_kernel_gives_the_same_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    if solver()[0] is descend:
        pytest.skip("built without the compiled kernel")
    X, signs = problem(5, articles=200, labels=19)
    signs[::4, ::3] = 0
    scales = ratio_scales(X, signs[:, :10] > 0, np.zeros(200, dtype=np.int64))[:, :19]
    compiled = fit_lanes(X, signs, damping(19, 0.7, 2.0), seed=1, scales=scales)
    monkeypatch.setenv(KERNEL_VARIABLE, "python")
    plain = fit_lanes(X, signs, damping(19, 0.7, 2.0), seed=1, scales=scales)
    for one, other in zip(compiled, plain, strict=True):
        np.testing.assert_array_equal(one, other)


def test_the_kernel_refuses_arrays_that_do_not_fit() -> None:
    compiled, lanes = solver()
    if compiled is descend:
        pytest.skip("built without the compiled kernel")
    arrays = {
        "stops": np.array([0, 1, 2], dtype=np.int64),
        "features": np.array([0, 1], dtype=np.int32),
        "values": np.ones(2, dtype=np.float32),
        "squares": np.ones((2, lanes), dtype=np.float32),
        "reach": np.ones((2, lanes), dtype=np.float32),
        "signs": np.ones((2, lanes), dtype=np.int8),
        "damping": np.ones((2, lanes), dtype=np.float32),
        "orders": np.array([[0, 1]], dtype=np.int32),
        "tolerance": 0.1,
        "weights": np.zeros((2, lanes), dtype=np.float32),
        "intercepts": np.zeros(lanes, dtype=np.float32),
    }
    compiled(*arrays.values())
    for name, wrong in {
        "features": np.array([0, 2], dtype=np.int32),
        "orders": np.array([[0, -1]], dtype=np.int32),
        "signs": np.ones((2, lanes - 1), dtype=np.int8),
        "squares": np.ones((3, lanes), dtype=np.float32),
        "reach": np.ones((3, lanes), dtype=np.float32),
        "values": np.ones(1, dtype=np.float32),
    }.items():
        with pytest.raises(ValueError, match=r"fit|feature|article"):
            compiled(*{**arrays, name: wrong}.values())
