package org.zennet.workbench.internal.views;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.ui.IMemento;
import org.eclipse.ui.IViewSite;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.part.ViewPart;
import org.zennet.api.value.Counter;
import org.zennet.services.wallet.WalletService;
import org.zennet.workbench.internal.Named;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.ChartData;
import org.zennet.workbench.internal.model.Charts;
import org.zennet.workbench.internal.model.Figures;

/** Charts of the newest job and of the wallet. What jobs spent over time is known from when this window saw them on. */
public final class ChartsView extends ViewPart implements ChartHolder {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.charts";
    private static final String CHOICE = "choice";
    private static final int ENTRIES = 5_000;
    private final Map<String, Supplier<ChartData>> choices = new LinkedHashMap<>();
    private volatile Supplier<ChartData> chosen;
    private Combo combo;
    private ChartCanvas canvas;
    private int choice;

    /** Makes the list of charts. */
    public ChartsView() {
        choices.put(Messages.spendingOfNewest, () -> JobWatch.HISTORY.spending(JobWatch.newest()));
        for (Counter c : Counter.values()) {
            choices.put(NLS.bind(Messages.usageByProvider, Figures.word(c.id())), () -> Charts.usage(JobWatch.newest(), c));
        }
        choices.put(Messages.walletOverTime, () -> Services.find(WalletService.class).map(w -> Charts.balance(w.balance(), w.history(ENTRIES)))
                .orElse(new ChartData(Messages.wallet, "XEN", List.of(), List.of(), List.of())));
    }

    @Override
    public void init(IViewSite site, IMemento memento) throws PartInitException {
        super.init(site, memento);
        Integer saved = memento == null ? null : memento.getInteger(CHOICE);
        choice = saved == null || saved < 0 || saved >= choices.size() ? 0 : saved;
    }

    @Override
    public void saveState(IMemento memento) {
        memento.putInteger(CHOICE, choice);
    }

    @Override
    public void createPartControl(Composite parent) {
        parent.setLayout(new GridLayout(2, false));
        new Label(parent, SWT.NONE).setText(Messages.chart);
        combo = Named.by(Messages.chart, new Combo(parent, SWT.READ_ONLY));
        combo.setItems(choices.keySet().toArray(String[]::new));
        combo.setVisibleItemCount(choices.size());
        combo.select(choice);
        canvas = new ChartCanvas(parent);
        PlatformUI.getWorkbench().getHelpSystem().setHelp(parent, ID);
        canvas.chart().setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true, 2, 1));
        choose();
        combo.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> {
            choice = combo.getSelectionIndex();
            choose();
        }));
        Live.follow(parent, this::snapshot, ChartData::equals, canvas::show);
    }

    private void choose() {
        chosen = List.copyOf(choices.values()).get(choice);
    }

    private ChartData snapshot() {
        JobWatch.jobs();
        return chosen.get();
    }

    ChartCanvas canvas() {
        return canvas;
    }

    @Override
    public ChartData shown() {
        return canvas.shown();
    }

    @Override
    public void savePng(java.nio.file.Path file) {
        canvas.savePng(file);
    }

    @Override
    public void setFocus() {
        combo.setFocus();
    }
}
