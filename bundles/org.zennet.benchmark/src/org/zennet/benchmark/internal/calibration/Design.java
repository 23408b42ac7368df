package org.zennet.benchmark.internal.calibration;

import java.util.ArrayList;
import java.util.List;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.ArrayRealVector;
import org.hipparchus.linear.QRDecomposition;
import org.hipparchus.linear.RealVector;
import org.hipparchus.linear.SingularValueDecomposition;
import org.zennet.api.value.Counter;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.UsageVector;
import org.zennet.services.market.CalibrationService.Request;
import org.zennet.services.market.CalibrationService.Run;

/**
 * The runs as a matrix: each row divided by the run's price in picozen, so that errors are relative, each column of a counter
 * that some run used divided by its root mean square, so that the unit of a counter changes nothing. Every row times the
 * scaled rates should be 1.
 */
final class Design {
    private static final double PICO = 1e12;

    /** The counters of the columns. */
    final List<Counter> seen = new ArrayList<>();
    /** Priced, but used by no run. */
    final List<Counter> unseen = new ArrayList<>();
    /** By rows. */
    final double[][] a;
    /** Ones. */
    final double[] b;
    private final double[] scale;

    Design(Request request) {
        for (Counter c : Counter.values()) {
            if (request.priced().contains(c)) {
                (request.runs().stream().anyMatch(r -> r.usage().get(c) > 0) ? seen : unseen).add(c);
            }
        }
        a = new double[request.runs().size()][];
        b = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            Run run = request.runs().get(i);
            a[i] = seen.stream().mapToDouble(c -> run.usage().get(c) / (run.price().zen() * PICO)).toArray();
            b[i] = 1;
        }
        scale = new double[seen.size()];
        for (int j = 0; j < scale.length; j++) {
            double squares = 0;
            double largest = 0;
            for (double[] row : a) {
                largest = Math.max(largest, row[j]);
            }
            for (double[] row : a) {
                squares += row[j] / largest * (row[j] / largest);
            }
            scale[j] = largest * Math.sqrt(squares / a.length);
            for (double[] row : a) {
                row[j] /= scale[j];
            }
        }
    }

    /** The largest singular value over the smallest, or infinite. */
    double condition() {
        if (seen.isEmpty() || a.length < seen.size()) {
            return Double.POSITIVE_INFINITY;
        }
        double[] values = new SingularValueDecomposition(new Array2DRowRealMatrix(a)).getSingularValues();
        double least = values[values.length - 1];
        return least <= 1e-15 * values[0] ? Double.POSITIVE_INFINITY : values[0] / least;
    }

    /** A rate in picozen per unit of a scaled coefficient. */
    double rate(int column, double x) {
        return x / scale[column];
    }

    /** The prior by columns, brought to the level of the runs: times the median of what a run costs against what it would cost by the prior. */
    double[] prior(RateVector rates, double level) {
        double[] prior = new double[scale.length];
        for (int j = 0; j < prior.length; j++) {
            prior[j] = rates.get(seen.get(j)) * scale[j] * level;
        }
        return prior;
    }

    /** What a prior has to be multiplied with to be at the level of the runs; zero when it prices none of them. */
    double level(RateVector rates) {
        double[] unscaled = prior(rates, 1);
        double[] factors = new double[a.length];
        int n = 0;
        for (double[] row : a) {
            double cost = Nnls.dot(row, unscaled);
            if (cost > 0) {
                factors[n++] = 1 / cost;
            }
        }
        return n == 0 ? 0 : Robust.median(java.util.Arrays.copyOf(factors, n));
    }

    /** The leverage z' (a'a)^-1 z of a usage at its price, over the largest of a run. The runs have to be of full rank. */
    double leverage(UsageVector usage, double picozen) {
        QRDecomposition qr = new QRDecomposition(new Array2DRowRealMatrix(a));
        double[][] r = qr.getR().getSubMatrix(0, seen.size() - 1, 0, seen.size() - 1).getData();
        double most = 0;
        for (double[] row : a) {
            most = Math.max(most, leverage(r, row));
        }
        double[] z = new double[scale.length];
        for (int j = 0; j < z.length; j++) {
            z[j] = usage.get(seen.get(j)) / picozen / scale[j];
        }
        return leverage(r, z) / most;
    }

    /** |r'^-1 z|^2 by forward substitution. */
    private static double leverage(double[][] r, double[] z) {
        RealVector y = new ArrayRealVector(z);
        double sum = 0;
        for (int j = 0; j < z.length; j++) {
            double v = y.getEntry(j);
            for (int i = 0; i < j; i++) {
                v -= r[i][j] * y.getEntry(i);
            }
            v /= r[j][j];
            y.setEntry(j, v);
            sum += v * v;
        }
        return sum;
    }
}
