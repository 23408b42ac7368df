package org.zennet.benchmark.internal.calibration;

import java.util.Arrays;
import org.hipparchus.exception.MathIllegalArgumentException;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.QRDecomposition;

/**
 * Least squares with x >= 0: the active set method of C. L. Lawson, R. J. Hanson, "Solving Least Squares Problems",
 * Prentice-Hall 1974, chapter 23, over Householder QR. Deterministic.
 */
final class Nnls {
    /** Below this part of its column a diagonal entry of R counts as zero: the column depends on the others. */
    private static final double DEPENDENT = 1e-12;
    private static final double TOLERANCE = 1e-12;

    private Nnls() { }

    /** The x >= 0 that makes |a x - b| least; {@code a} by rows. A column that depends on those in use stays at zero. */
    static double[] solve(double[][] a, double[] b) {
        int n = a[0].length;
        double[] x = new double[n];
        boolean[] used = new boolean[n];
        boolean[] barred = new boolean[n];
        double tolerance = TOLERANCE * largest(a, b);
        for (int round = 0; round < 10 * n; round++) {
            double[] gradient = gradient(a, b, x);
            int enters = -1;
            for (int j = 0; j < n; j++) {
                if (!used[j] && !barred[j] && gradient[j] > tolerance && (enters < 0 || gradient[j] > gradient[enters])) {
                    enters = j;
                }
            }
            if (enters < 0) {
                return x;
            }
            used[enters] = true;
            double[] z = unbounded(a, b, used);
            if (z == null || z[enters] <= 0) {
                // dependent on what is in use, or descending by rounding only: it brings nothing
                used[enters] = false;
                barred[enters] = true;
                continue;
            }
            Arrays.fill(barred, false);
            while (z != null && !positive(z, used)) {
                step(x, z, used);
                z = unbounded(a, b, used);
            }
            if (z == null) {
                return x;
            }
            x = z;
        }
        return x;
    }

    /** The negative gradient of half the square: a' (b - a x). */
    static double[] gradient(double[][] a, double[] b, double[] x) {
        double[] g = new double[x.length];
        for (int i = 0; i < a.length; i++) {
            double r = b[i] - dot(a[i], x);
            for (int j = 0; j < g.length; j++) {
                g[j] += a[i][j] * r;
            }
        }
        return g;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** Goes from x towards z until the first used entry reaches zero, and takes all that did out of use. */
    private static void step(double[] x, double[] z, boolean[] used) {
        double alpha = 1;
        int first = -1;
        for (int j = 0; j < x.length; j++) {
            if (used[j] && z[j] <= 0) {
                double reached = x[j] / (x[j] - z[j]);
                if (first < 0 || reached < alpha) {
                    alpha = reached;
                    first = j;
                }
            }
        }
        for (int j = 0; j < x.length; j++) {
            if (used[j]) {
                x[j] += alpha * (z[j] - x[j]);
                if (j == first || x[j] <= 0) {
                    x[j] = 0;
                    used[j] = false;
                }
            }
        }
    }

    private static boolean positive(double[] z, boolean[] used) {
        for (int j = 0; j < z.length; j++) {
            if (used[j] && z[j] <= 0) {
                return false;
            }
        }
        return true;
    }

    /** Plain least squares over the used columns, zero elsewhere; null when they depend on each other or outnumber the rows. */
    static double[] unbounded(double[][] a, double[] b, boolean[] used) {
        int n = used.length;
        int[] columns = new int[n];
        int k = 0;
        for (int j = 0; j < n; j++) {
            if (used[j]) {
                columns[k++] = j;
            }
        }
        double[] x = new double[n];
        if (k == 0) {
            return x;
        }
        if (k > a.length) {
            return null;
        }
        double[][] part = new double[a.length][k];
        double norm = 0;
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < k; j++) {
                part[i][j] = a[i][columns[j]];
                norm = Math.max(norm, Math.abs(part[i][j]));
            }
        }
        try {
            double[] z = new QRDecomposition(new Array2DRowRealMatrix(part, false), DEPENDENT * norm).getSolver()
                    .solve(new ArrayRealVector(b, false)).toArray();
            for (int j = 0; j < k; j++) {
                x[columns[j]] = z[j];
            }
            return x;
        } catch (MathIllegalArgumentException e) {
            return null;    // singular
        }
    }

    private static double largest(double[][] a, double[] b) {
        double[] squares = new double[a[0].length];
        for (double[] row : a) {
            for (int j = 0; j < row.length; j++) {
                squares[j] += row[j] * row[j];
            }
        }
        return Math.sqrt(Arrays.stream(squares).max().orElse(0) * dot(b, b));
    }
}
