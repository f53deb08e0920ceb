"""Sets HiGHS up so that a question always has the same answer; it must not know what is solved."""

import highspy
import numpy as np

STEADY = {"threads": 1, "parallel": "off", "random_seed": 0}


def solver(**options: object) -> highspy.Highs:
    """A silent solver, with more options."""
    made = highspy.Highs()
    made.silent()
    for name, value in (STEADY | options).items():
        made.setOptionValue(name, value)
    return made


def linear(
    entries: tuple[np.ndarray, np.ndarray, np.ndarray], lines: int, lower: np.ndarray, upper: np.ndarray
) -> highspy.Highs:
    """A linear programme without costs in which every line adds up to 0; entries are (line, column, sign)."""
    line, column, sign = entries
    order = np.lexsort((line, column))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = len(lower), lines
    model.col_cost_, model.col_lower_, model.col_upper_ = np.zeros(len(lower)), lower, upper
    model.row_lower_ = model.row_upper_ = np.zeros(lines)
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    starts = np.concatenate([[0], np.cumsum(np.bincount(column, minlength=len(lower)))])
    model.a_matrix_.start_ = starts.astype(np.int32)
    model.a_matrix_.index_, model.a_matrix_.value_ = line[order].astype(np.int32), sign[order].astype(float)
    # costs change and the last answer stays possible, so the primal simplex goes on from there
    made = solver(presolve="off", simplex_strategy=4)
    made.passModel(model)
    return made
