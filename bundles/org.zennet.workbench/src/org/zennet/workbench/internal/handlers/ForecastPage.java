package org.zennet.workbench.internal.handlers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.core.runtime.CoreException;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.IProgressMonitor;
import org.eclipse.core.runtime.Status;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.dialogs.IMessageProvider;
import org.eclipse.jface.wizard.WizardPage;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Spinner;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.ForecastService;
import org.zennet.services.publisher.ForecastService.Forecast;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.JobOutline;
import org.zennet.workbench.internal.views.RowsTree;
import org.zennet.workbench.internal.views.RowsViewer;

/** What the job would cost, how long it would take and who can read its data. A measurement by a small paid run of its first tasks can be asked for. */
final class ForecastPage extends WizardPage {
    private static final int PROVIDERS = 2;
    private static final int LINES = 7;
    private static final int WIDTH = 80;
    private Label cost;
    private Label measuring;
    private Button measure;
    private Spinner providers;
    private RowsViewer offers;
    private NewJobWizard.Checked shown;
    private Job running;

    ForecastPage() {
        super("forecast", Messages.forecast, null);
    }

    @Override
    public void setVisible(boolean visible) {
        super.setVisible(visible);
        if (visible) {
            NewJobWizard.focusDefault(this);
        }
    }

    @Override
    public void createControl(Composite parent) {
        Composite area = new Composite(parent, SWT.NONE);
        area.setLayout(new GridLayout(4, false));
        cost = new Label(area, SWT.WRAP);
        GridData text = new GridData(SWT.FILL, SWT.TOP, true, false, 4, 1);
        text.heightHint = convertHeightInCharsToPixels(LINES);
        text.widthHint = convertWidthInCharsToPixels(WIDTH);
        cost.setLayoutData(text);
        measure = new Button(area, SWT.PUSH);
        measure.setText(Messages.measure);
        measure.setToolTipText(Messages.measureHint);
        measure.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> measure()));
        new Label(area, SWT.NONE).setText(Messages.measureOn);
        providers = new Spinner(area, SWT.BORDER);
        providers.setValues(PROVIDERS, 1, ForecastService.MOST_PROBED, 0, 1, 1);
        measuring = new Label(area, SWT.NONE);
        measuring.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        Composite table = new Composite(area, SWT.NONE);
        table.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true, 4, 1));
        table.setLayout(new GridLayout());
        offers = new RowsTree(table, Messages.offerCosts, JobOutline.OFFERS, 3, 3, 3, 3, 2, 3, 5, 4);
        setControl(area);
        area.addDisposeListener(e -> {
            if (running != null) {
                running.cancel();
            }
        });
        fill();
    }

    /** Shows what is known of a file before it is measured. */
    void show(NewJobWizard.Checked checked) {
        shown = checked;
        fill();
    }

    private void fill() {
        if (cost == null || cost.isDisposed() || shown == null) {
            return;
        }
        setMessage(JobOutline.readers(shown.outline()), IMessageProvider.WARNING);
        cost.setText(JobOutline.unmeasured(shown.outline()));
        offers.show(List.of());
    }

    private void measure() {
        NewJobWizard.Checked job = shown;
        int count = providers.getSelection();
        Display display = cost.getDisplay();
        measure.setEnabled(false);
        setErrorMessage(null);
        running = Job.create(NLS.bind(Messages.measuring, job.outline().name()), (ICoreRunnable) m -> {
            try {
                Forecast f = probe(job.file(), count, m, phase -> display.asyncExec(() -> tell(phase)));
                display.asyncExec(() -> measured(f));
            } catch (Rejected e) {
                display.asyncExec(() -> failed(e.getMessage()));
                if (!m.isCanceled()) {
                    throw new CoreException(Status.error(e.getMessage()));
                }
            }
        });
        running.setUser(false);
        running.schedule();
    }

    /** Takes what goes on, on any thread. */
    private interface Told {
        void phase(String text);
    }

    private static Forecast probe(Path file, int providers, IProgressMonitor monitor, Told told) throws Rejected {
        ForecastService forecasts = Services.find(ForecastService.class).orElseThrow(() -> new Rejected(Messages.noNode));
        JobService jobs = Services.find(JobService.class).orElseThrow(() -> new Rejected(Messages.noNode));
        Semaphore changed = new Semaphore(1);
        try (Registration watch = jobs.watch(changed::release)) {
            Path results = Files.createTempDirectory("zennet-probe");
            String probe = forecasts.probe(file, providers, results.resolve("results"));
            while (true) {
                changed.tryAcquire(1, TimeUnit.SECONDS);
                changed.drainPermits();
                JobInfo info = jobs.job(probe).orElseThrow(() -> new Rejected(NLS.bind(Messages.jobGone, probe)));
                told.phase(info.phase());
                if (info.ended().isPresent()) {
                    return forecasts.forecast(file, probe);
                }
                if (monitor.isCanceled()) {
                    jobs.cancel(probe);
                    throw new Rejected(Messages.measureCancelled);
                }
            }
        } catch (IOException e) {
            throw new Rejected(NLS.bind(Messages.noTemporary, e.getMessage()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Rejected(Messages.measureCancelled, e);
        }
    }

    private void tell(String phase) {
        if (!measuring.isDisposed()) {
            measuring.setText(phase);
            measuring.getParent().layout();
        }
    }

    private void failed(String problem) {
        if (!measuring.isDisposed()) {
            measure.setEnabled(true);
            tell("");
            setErrorMessage(problem);
        }
    }

    private void measured(Forecast f) {
        if (!measuring.isDisposed()) {
            measure.setEnabled(true);
            tell(Messages.measured);
            cost.setText(JobOutline.cost(f));
            offers.show(JobOutline.offers(f));
        }
    }
}
