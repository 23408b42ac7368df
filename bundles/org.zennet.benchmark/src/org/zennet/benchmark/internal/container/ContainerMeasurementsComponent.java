package org.zennet.benchmark.internal.container;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.zennet.api.benchmark.BenchmarkResult;
import org.zennet.api.container.ContainerBackend;
import org.zennet.api.value.RateVector;
import org.zennet.api.value.Resources;
import org.zennet.services.Rejected;
import org.zennet.services.market.BackendRegistry;
import org.zennet.services.market.CalibrationService;
import org.zennet.services.market.ContainerMeasurements;

/** Measures in containers of the backends that are present. */
@Component
public final class ContainerMeasurementsComponent implements ContainerMeasurements {
    /** What a container of the kernels has. */
    static final Resources RESOURCES = new Resources(1000, 64 << 20, 0);

    private static final long LEAST_MILLIS = 10_000;
    private static final long MOST_MILLIS = 600_000;

    private final BackendRegistry backends;
    private final CalibrationService calibration;
    private final ReentrantLock turn = new ReentrantLock();

    /** Called by the service component runtime. */
    @Activate
    public ContainerMeasurementsComponent(@Reference BackendRegistry backends, @Reference CalibrationService calibration) {
        this.backends = backends;
        this.calibration = calibration;
    }

    @Override
    public List<BenchmarkResult> kernels(String backend, long budgetMillis, Consumer<BenchmarkResult> each) throws Rejected, InterruptedException {
        turn.lockInterruptibly();
        try (Workload workload = Workload.start(backend(backend), RESOURCES)) {
            long share = Math.max(0, budgetMillis) / KernelScores.ALL.size();
            List<BenchmarkResult> results = new ArrayList<>();
            for (KernelScores.Kernel kernel : KernelScores.ALL) {
                BenchmarkResult r = KernelScores.measure(workload::run, kernel, backend + "-", share);
                results.add(r);
                each.accept(r);
            }
            return List.copyOf(results);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public Calibrated calibrate(String backend, Resources machine, RateVector list, long budgetMillis, Consumer<Measured> each)
            throws Rejected, InterruptedException {
        if (budgetMillis < LEAST_MILLIS || budgetMillis > MOST_MILLIS) {
            throw new Rejected("a calibration takes 10 s to 10 min, not " + budgetMillis / 1000 + " s");
        }
        turn.lockInterruptibly();
        try (FullMachine site = FullMachine.start(backend(backend), machine)) {
            return new CalibrationRuns(site, machine, list, calibration, each).measure(budgetMillis);
        } finally {
            turn.unlock();
        }
    }

    private ContainerBackend backend(String id) throws Rejected {
        return backends.backend(id).orElseThrow(() -> new Rejected("there is no backend '" + id + "' here"
                + (backends.ids().isEmpty() ? "" : "; there are " + String.join(", ", backends.ids()))));
    }
}
