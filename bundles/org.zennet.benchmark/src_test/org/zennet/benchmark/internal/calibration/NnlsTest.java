package org.zennet.benchmark.internal.calibration;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class NnlsTest {
    @Test
    void knownSmallCases() {
        // solved without bounds when that is positive already
        assertArrayEquals(new double[] {1, 2}, Nnls.solve(new double[][] {{1, 0}, {0, 1}, {1, 1}}, new double[] {1, 2, 3}), 1e-12);
        // unbounded (2, -1): the second is held at zero, the first becomes the mean
        assertArrayEquals(new double[] {1.5, 0}, Nnls.solve(new double[][] {{1, 0}, {1, 1}}, new double[] {2, 1}), 1e-12);
        // everything points away
        assertArrayEquals(new double[] {0, 0}, Nnls.solve(new double[][] {{1, 0}, {0, 1}}, new double[] {-1, -2}), 1e-12);
        // the example of scipy's documentation of nnls
        assertArrayEquals(new double[] {1.5, 1}, Nnls.solve(new double[][] {{1, 0}, {1, 0}, {0, 1}}, new double[] {2, 1, 1}), 1e-12);
        assertArrayEquals(new double[] {0, 0}, Nnls.solve(new double[][] {{1, 0}, {1, 0}, {0, 1}}, new double[] {-1, -1, -1}), 1e-12);
        // a column of zeros, more columns than rows, two equal columns: one of them does the work
        assertArrayEquals(new double[] {0, 3}, Nnls.solve(new double[][] {{0, 1}}, new double[] {3}), 1e-12);
        double[] equal = Nnls.solve(new double[][] {{1, 1}, {2, 2}}, new double[] {1, 2});
        assertEquals(1, equal[0] + equal[1], 1e-12);
    }

    /** Karush, Kuhn, Tucker: x >= 0; no gradient where x > 0, none that would help where x = 0. That is the optimum, the problem being convex. */
    @Test
    void theConditionsOfTheOptimumHoldOnRandomCases() {
        SplittableRandom dice = new SplittableRandom(21);
        int atBound = 0;
        for (int round = 0; round < 2000; round++) {
            int n = 1 + dice.nextInt(8);
            int m = n + dice.nextInt(20);
            double[][] a = new double[m][n];
            double[] b = new double[m];
            for (int i = 0; i < m; i++) {
                double common = dice.nextDouble();
                for (int j = 0; j < n; j++) {
                    a[i][j] = round % 3 == 0 ? common + 1e-4 * dice.nextDouble() : dice.nextDouble() - 0.3;
                }
                b[i] = dice.nextDouble() - 0.3;
            }
            double[] x = Nnls.solve(a, b);
            double[] gradient = Nnls.gradient(a, b, x);
            for (int j = 0; j < n; j++) {
                atBound += x[j] == 0 ? 1 : 0;
                assertTrue(x[j] >= 0);
                assertTrue(gradient[j] <= 1e-8, "round " + round + ": " + gradient[j]);
                assertTrue(x[j] == 0 || Math.abs(gradient[j]) <= 1e-8, "round " + round + ": " + gradient[j]);
            }
        }
        assertTrue(atBound > 1000, "" + atBound);
    }

    @Test
    void oneWildRowDoesNotMoveTheRobustFit() {
        SplittableRandom dice = new SplittableRandom(22);
        double[][] a = new double[30][2];
        double[] b = new double[30];
        for (int i = 0; i < a.length; i++) {
            a[i] = new double[] {1 + dice.nextDouble(), 1 + 3 * dice.nextDouble()};
            b[i] = 2 * a[i][0] + 0.5 * a[i][1] + 0.01 * (dice.nextDouble() - 0.5);
        }
        b[7] *= 100;
        double[] x = Robust.fit(a, b, null).x();
        assertArrayEquals(new double[] {2, 0.5}, x, 0.03);
        assertTrue(Robust.fit(a, b, null).weights()[7] < 0.001);
    }

    @Test
    void thePriorFillsWhatTheRowsDoNotSay() {
        double[][] a = {{1, 1}, {1, 1}, {1, 1}};
        double[] x = Robust.fit(a, new double[] {3, 3, 3}, new double[] {2, 1}).x();
        assertArrayEquals(new double[] {2, 1}, x, 1e-6);
        assertEquals(0.0, Robust.median(new double[] {0}), 0);
        assertEquals(1.5, Robust.median(new double[] {2, 1, 9, 0}), 0);
    }
}
