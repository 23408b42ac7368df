package org.zennet.workbench.internal.preferences;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.eclipse.jface.preference.PreferencePage;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.custom.ScrolledComposite;
import org.eclipse.swt.layout.FillLayout;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Group;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.IWorkbench;
import org.eclipse.ui.IWorkbenchPreferencePage;
import org.zennet.services.Rejected;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService.Section;
import org.zennet.workbench.internal.views.Live;

/**
 * Settings as their bundles describe them, made into fields: the page knows none of them by name, so plug-ins have theirs without code
 * here. Read and written on a worker. What one field refuses is told above, and the others are kept.
 */
abstract class SettingsPage extends PreferencePage implements IWorkbenchPreferencePage {
    private static final int HEIGHT = 420;
    private static final int WIDTH = 560;
    private final List<Field> fields = new ArrayList<>();
    private Composite holder;
    private Label marks;
    private boolean writing;
    private Optional<Read> missed = Optional.empty();

    /** The sections of the page; on a worker. */
    abstract List<Section> sections() throws Rejected;

    /** Writes one; on a worker. Empty takes the default back. */
    abstract Setting set(String key, Optional<String> value) throws Rejected;

    /** What stands there while there are none. */
    abstract String none();

    @Override
    public void init(IWorkbench workbench) { }

    @Override
    protected Control createContents(Composite parent) {
        holder = new Composite(parent, SWT.NONE);
        holder.setLayout(new FillLayout());
        GridData place = new GridData(SWT.FILL, SWT.FILL, true, true);
        place.heightHint = HEIGHT;
        place.widthHint = WIDTH;
        holder.setLayoutData(place);
        new Label(holder, SWT.WRAP).setText(Messages.reading);
        Live.follow(holder, this::read, Object::equals, this::show);
        return holder;
    }

    /** What was read, or why nothing could be. */
    private record Read(List<Section> sections, String problem) {
        List<Setting> settings() {
            return sections.stream().flatMap(s -> s.settings().stream()).toList();
        }

        List<String> shapes() {
            return settings().stream().map(Field::shape).toList();
        }
    }

    private Read read() {
        try {
            return new Read(sections(), "");
        } catch (Rejected | IllegalArgumentException e) {
            return new Read(List.of(), e.getMessage());
        }
    }

    /** Plug-ins come and go, and others change settings, while the page is open. What was typed here stays. */
    private void show(Read now) {
        if (writing) {
            missed = Optional.of(now);
            return;
        }
        if (!fields.isEmpty() && fields.stream().map(Field::shape).toList().equals(now.shapes())) {
            List<Setting> all = now.settings();
            for (int i = 0; i < all.size(); i++) {
                fields.get(i).refresh(all.get(i), runs(all));
            }
            explain(all);
        } else if (fields.stream().noneMatch(Field::isChanged)) {
            fill(now.sections(), now.problem());
        }
    }

    private void fill(List<Section> sections, String problem) {
        fields.clear();
        for (Control c : holder.getChildren()) {
            c.dispose();
        }
        if (sections.isEmpty()) {
            new Label(holder, SWT.WRAP).setText(problem.isEmpty() ? none() : problem);
            holder.layout();
            return;
        }
        ScrolledComposite scroll = new ScrolledComposite(holder, SWT.V_SCROLL);
        Composite area = new Composite(scroll, SWT.NONE);
        area.setLayout(new GridLayout());
        List<Setting> all = new Read(sections, "").settings();
        for (Section s : sections) {
            Group group = new Group(area, SWT.NONE);
            group.setText(s.label());
            group.setToolTipText(s.description());
            group.setLayout(new GridLayout(2, false));
            group.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
            s.settings().forEach(one -> fields.add(new Field(group, one, runs(all), () -> fit(scroll, area))));
        }
        marks = new Label(area, SWT.WRAP);
        marks.setLayoutData(new GridData(SWT.FILL, SWT.TOP, true, false));
        explain(all);
        scroll.setContent(area);
        scroll.setExpandHorizontal(true);
        scroll.setMinWidth(0);
        scroll.setExpandVertical(true);
        scroll.setMinHeight(area.computeSize(WIDTH - 30, SWT.DEFAULT).y);
        scroll.addListener(SWT.Resize, e -> fit(scroll, area));
        area.addListener(SWT.Resize, e -> fit(scroll, area));
        scroll.getVerticalBar().setIncrement(20);
        holder.layout();
        applyStyles();
    }

    /** Warnings come and go, and with them the height. */
    private static void fit(ScrolledComposite scroll, Composite area) {
        int height = area.computeSize(Math.max(1, scroll.getClientArea().width), SWT.DEFAULT).y;
        if (height != scroll.getMinHeight()) {
            scroll.setMinHeight(height);
        }
    }

    /** Whether something runs that can take a change now; where nothing does, nothing is marked. */
    private static boolean runs(List<Setting> all) {
        return all.stream().anyMatch(Setting::live);
    }

    /** Says what the marks mean, or that nothing runs. */
    private void explain(List<Setting> all) {
        marks.setText(!runs(all) ? Messages.allNextStart : all.stream().allMatch(Setting::live) ? "" : Messages.marked);
    }

    /** Controls that came after the dialog opened get the theme's colours too. */
    private void applyStyles() {
        holder.reskin(SWT.ALL);
    }

    @Override
    protected void performDefaults() {
        fields.forEach(Field::takeDefault);
        super.performDefaults();
    }

    @Override
    public boolean performOk() {
        List<Field> changed = fields.stream().filter(Field::isChanged).toList();
        if (changed.isEmpty()) {
            return true;
        }
        List<String> problems = new ArrayList<>();
        List<String> later = new ArrayList<>();
        // files of a few kilobytes, but a socket may be slow: the worker is waited for while the dialog lives on
        record Change(Field field, String key, Optional<String> value) { }
        List<Change> changes = changed.stream().map(f -> new Change(f, f.key(), f.change())).toList();
        boolean[] done = {false};
        List<Optional<Setting>> answers = new ArrayList<>();
        Display display = holder.getDisplay();
        Thread.ofVirtual().start(() -> {
            for (Change c : changes) {
                try {
                    answers.add(Optional.of(set(c.key(), c.value())));
                } catch (Rejected | IllegalArgumentException e) {
                    answers.add(Optional.empty());
                    problems.add(e.getMessage());
                }
            }
            display.asyncExec(() -> done[0] = true);
        });
        writing = true;
        while (!done[0]) {
            if (!display.readAndDispatch()) {
                display.sleep();
            }
        }
        writing = false;
        for (int i = 0; i < changes.size(); i++) {
            Field field = changes.get(i).field();
            answers.get(i).ifPresent(s -> {
                field.taken(s);
                if (s.pending()) {
                    later.add(s.label());
                }
            });
        }
        missed.filter(m -> !holder.isDisposed()).ifPresent(this::show);
        missed = Optional.empty();
        setErrorMessage(problems.isEmpty() ? null : problems.getFirst());
        setMessage(later.isEmpty() ? null : NLS.bind(Messages.later, String.join(", ", later)), INFORMATION);
        return problems.isEmpty();
    }
}
