package org.zennet.benchmark.internal.calibration;

import java.util.Arrays;

/**
 * Non-negative least squares that a few wrong runs can't bend: P. J. Huber, "Robust Estimation of a Location Parameter",
 * Annals of Mathematical Statistics 35, 1964, by iteratively reweighted least squares with the scale from the median
 * absolute deviation. A second pass goes on from there with the weights squared, its scale held: a row that is ten
 * times too far off then pulls a tenth as much as one at the limit instead of just as much, and still never loses all its weight. A ridge draws weak coefficients to a prior instead of to zero (A. E. Hoerl, R. W. Kennard, "Ridge
 * Regression", Technometrics 12, 1970).
 *
 * <p>The prior's weight is fixed at a hundredth of a run that used only this counter, as much as the runs do on the average: with runs that
 * are 3 % off, it is worth as much as the runs when it is 30 % off.
 */
final class Robust {
    /** Huber's constant: 95 % efficient where the errors are normal. */
    static final double K = 1.345;
    /** From the median absolute deviation to the standard deviation of a normal distribution. */
    private static final double NORMAL = 1.4826;
    private static final int ROUNDS = 15;
    private static final double RIDGE = 0.01;
    /** Residuals below this are rounding. */
    private static final double EXACT = 1e-9;

    private Robust() { }

    /**
     * A fit.
     *
     * @param x       the coefficients, none negative
     * @param weights of the rows, 1 and less
     */
    record Fit(double[] x, double[] weights) { }

    /**
     * The x >= 0 with a x about b.
     *
     * @param prior one value per column, or null for none
     */
    static Fit fit(double[][] a, double[] b, double[] prior) {
        double[] weights = new double[a.length];
        Arrays.fill(weights, 1);
        double[] x = weighted(a, b, prior, weights);
        x = pass(a, b, prior, x, weights, false);
        x = pass(a, b, prior, x, weights, true);
        return new Fit(x, weights);
    }

    /** Reweights and refits until nothing moves, at most {@value #ROUNDS} times; leaves the last weights in {@code weights}. */
    private static double[] pass(double[][] a, double[] b, double[] prior, double[] start, double[] weights, boolean squared) {
        double[] x = start;
        double limit = 0;
        for (int round = 0; round < ROUNDS; round++) {
            double[] off = residuals(a, b, x);
            if (Arrays.stream(off).max().orElse(0) <= EXACT) {
                return x;
            }
            if (round == 0 || !squared) {
                limit = K * Math.max(NORMAL * median(off), EXACT);
            }
            for (int i = 0; i < off.length; i++) {
                double weight = off[i] <= limit ? 1 : limit / off[i];
                weights[i] = squared ? weight * weight : weight;
            }
            double[] next = weighted(a, b, prior, weights);
            boolean settled = true;
            for (int j = 0; j < x.length; j++) {
                settled &= Math.abs(next[j] - x[j]) <= 1e-10 * Math.max(1, Math.abs(x[j]));
            }
            x = next;
            if (settled) {
                return x;
            }
        }
        return x;
    }

    /** How far each row is off, without sign. */
    static double[] residuals(double[][] a, double[] b, double[] x) {
        double[] off = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            off[i] = Math.abs(b[i] - Nnls.dot(a[i], x));
        }
        return off;
    }

    static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int n = sorted.length;
        return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
    }

    private static double[] weighted(double[][] a, double[] b, double[] prior, double[] weights) {
        int m = a.length;
        int n = a[0].length;
        int rows = prior == null ? m : m + n;
        double[][] rowsOfA = new double[rows][n];
        double[] rowsOfB = new double[rows];
        for (int i = 0; i < m; i++) {
            double root = Math.sqrt(weights[i]);
            for (int j = 0; j < n; j++) {
                rowsOfA[i][j] = root * a[i][j];
            }
            rowsOfB[i] = root * b[i];
        }
        for (int j = 0; j < rows - m; j++) {
            rowsOfA[m + j][j] = Math.sqrt(RIDGE);
            rowsOfB[m + j] = Math.sqrt(RIDGE) * prior[j];
        }
        return Nnls.solve(rowsOfA, rowsOfB);
    }
}
