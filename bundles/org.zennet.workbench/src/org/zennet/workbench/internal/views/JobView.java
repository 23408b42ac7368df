package org.zennet.workbench.internal.views;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.SashForm;
import org.eclipse.swt.layout.FillLayout;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.program.Program;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.TabFolder;
import org.eclipse.swt.widgets.TabItem;
import org.eclipse.swt.widgets.Text;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.services.publisher.JobService.Result;
import org.zennet.services.publisher.JobService.TaskInfo;
import org.zennet.workbench.internal.model.ChartData;
import org.zennet.workbench.internal.model.Figures;
import org.zennet.workbench.internal.model.Gauge;
import org.zennet.workbench.internal.model.JobPages;
import org.zennet.workbench.internal.model.ResultFiles;
import org.zennet.workbench.internal.model.Row;

/** One job: overview, tasks with what each did, providers, spending, files of the result. Its second id names the job, see {@link #instance}. */
public final class JobView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.job";
    private RowsViewer overview;
    private RowsViewer tasks;
    private RowsViewer providers;
    private RowsViewer files;
    private ChartCanvas spending;
    private TabFolder pages;
    private Text log;
    private Text preview;
    private volatile Optional<JobInfo> job = Optional.empty();

    private record Snapshot(String title, String phase, List<Gauge> gauges, List<Row> overview, List<Row> tasks, List<Row> providers, ChartData spending,
            List<Row> files) {
        boolean same(Snapshot o) {
            return title.equals(o.title) && phase.equals(o.phase) && gauges.equals(o.gauges) && Row.showSame(overview, o.overview) && Row.showSame(tasks, o.tasks)
                    && Row.showSame(providers, o.providers) && spending.equals(o.spending) && Row.showSame(files, o.files);
        }
    }

    /** The second id of the view of a job: a colon can't stand in it. */
    public static String instance(String job) {
        return job.replace(':', '_');
    }

    private String id() {
        return String.valueOf(getViewSite().getSecondaryId()).replace('_', ':');
    }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout());
        Label phase = new Label(parent, SWT.WRAP);
        phase.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        GaugeBars gauges = new GaugeBars(parent);
        pages = new TabFolder(parent, SWT.NONE);
        pages.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        overview = new RowsTree(page(Messages.overview), Messages.overview, JobPages.OVERVIEW, 1, 4);
        SashForm both = new SashForm(page(Messages.tasks), SWT.VERTICAL);
        tasks = new RowsTable(titled(both), Messages.tasks, JobPages.TASKS, 3, 2, 1, 4, 2, 2, 4).filtered();
        log = text(both, Messages.taskLog);
        both.setWeights(3, 2);
        providers = new RowsTree(page(Messages.providers), Messages.providers, JobPages.PROVIDERS, 3, 2, 1, 4, 3, 3, 2, 2, 3, 4);
        spending = new ChartCanvas(page(Messages.spending));
        SashForm result = new SashForm(page(Messages.result), SWT.VERTICAL);
        files = new RowsTree(titled(result), Messages.resultFiles, JobPages.FILES, 6, 1);
        preview = text(result, Messages.selectedFile);
        tasks.onSelection(this::showLog);
        files.onSelection(this::showFile);
        files.onOpen(this::launch);
        FocusedSelection.register(getSite(), overview, tasks, providers, files);
        Live.follow(parent, this::snapshot, Snapshot::same, s -> {
            setPartName(s.title());
            phase.setText(s.phase());
            gauges.show(s.gauges());
            overview.show(s.overview());
            tasks.show(s.tasks());
            providers.show(s.providers());
            spending.show(s.spending());
            files.show(s.files());
            parent.layout();
        });
    }

    private Composite page(String title) {
        TabItem item = new TabItem(pages, SWT.NONE);
        item.setText(title);
        Composite area = new Composite(pages, SWT.NONE);
        area.setLayout(new FillLayout());
        item.setControl(area);
        return area;
    }

    private static Composite titled(Composite parent) {
        Composite c = new Composite(parent, SWT.NONE);
        GridLayout layout = new GridLayout();
        layout.marginWidth = 0;
        layout.marginHeight = 0;
        c.setLayout(layout);
        return c;
    }

    private static Text text(Composite parent, String name) {
        Text text = new Text(parent, SWT.MULTI | SWT.READ_ONLY | SWT.BORDER | SWT.H_SCROLL | SWT.V_SCROLL);
        text.setFont(JFaceResources.getTextFont());
        text.setToolTipText(name);
        return text;
    }

    private Snapshot snapshot() {
        Optional<JobInfo> now = JobWatch.job(id());
        job = now;
        return now.map(j -> new Snapshot(j.name(), Figures.word(j.state()) + ": " + j.problem().orElse(j.phase()), JobPages.gauges(j), JobPages.overview(j),
                JobPages.tasks(j), JobPages.providers(j), JobWatch.HISTORY.spending(now), j.result().map(r -> JobPages.files(ResultFiles.list(r.path())))
                .orElse(List.of()))).orElseGet(() -> new Snapshot(Messages.job, NLS.bind(Messages.unknownJob, id()), List.of(), List.of(), List.of(), List.of(),
                new ChartData(Messages.spending, "XEN", List.of(), List.of(), List.of()), List.of()));
    }

    /** Asked on a worker: it may read a file. */
    private void showLog() {
        tasks.first().ifPresent(row -> {
            Optional<JobInfo> now = job;
            Live.compute(log, () -> now.flatMap(j -> j.tasks().stream().filter(t -> t.id().equals(row.id())).findFirst().map(t -> log(j, t))).orElse(""),
                    text -> put(log, text));
        });
    }

    private static String log(JobInfo j, TaskInfo t) {
        return JobPages.log(j, t, j.result().map(r -> ResultFiles.output(r.path(), t.id())).orElse(""));
    }

    private void showFile() {
        files.first().ifPresent(row -> {
            Optional<Path> directory = job.flatMap(JobInfo::result).map(Result::path);
            Live.compute(preview, () -> directory.flatMap(d -> ResultFiles.file(d, row.id())).map(ResultFiles::text).orElse(""), text -> put(preview, text));
        });
    }

    private static void put(Text where, String text) {
        if (!where.getText().equals(text)) {
            where.setText(text);
        }
    }

    private void launch(Row row) {
        job.flatMap(JobInfo::result).flatMap(r -> ResultFiles.file(r.path(), row.id())).ifPresent(f -> Program.launch(f.toString()));
    }

    /** Shows the page that a line of the view of jobs belongs to. */
    public void show(int page) {
        pages.setSelection(page);
    }

    @Override
    public void setFocus() {
        pages.setFocus();
    }
}
