package org.zennet.workbench.internal.views;

import java.util.Optional;
import org.zennet.services.market.MachineMeasurements;
import org.zennet.services.market.MachineMeasurements.Benchmarks;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.Measurements;

/** The newest benchmarks of this machine, against fixed reference figures. */
public final class BenchmarksView extends TableAndChartView {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.benchmarks";

    /** For the workbench. */
    public BenchmarksView() {
        super(Messages.benchmarks, false, Measurements.BENCHMARKS, 5, 2, 3, 3, 3, 5);
    }

    @Override
    Snapshot snapshot() {
        Optional<Benchmarks> newest = Services.find(MachineMeasurements.class).flatMap(MachineMeasurements::benchmarks);
        return new Snapshot(Measurements.headline(newest), Measurements.benchmarks(newest), Measurements.benchmarkChart(newest));
    }
}
