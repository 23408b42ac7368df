package org.zennet.workbench.internal.handlers;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.jface.dialogs.IDialogConstants;
import org.eclipse.jface.dialogs.IMessageProvider;
import org.eclipse.jface.dialogs.TitleAreaDialog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.ModifyListener;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Combo;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.FileDialog;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Spinner;
import org.eclipse.swt.widgets.Text;
import org.zennet.api.value.Amount;
import org.zennet.api.value.RateVector;
import org.zennet.services.market.MarketJournal;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.RentService;
import org.zennet.services.publisher.RentService.Request;
import org.zennet.services.publisher.RentService.WitnessPolicy;
import org.zennet.services.wallet.WalletService;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.MarketRows;
import org.zennet.workbench.internal.model.RentForm;
import org.zennet.workbench.internal.views.Live;

/** How many machines of what size for how much. Tells what is known of prices, and who can read what is put on them, before anything is paid. */
final class RentDialog extends TitleAreaDialog {
    private static final int MOST = 1_000;
    private static final int WIDTH = 75;
    private static final int LINES = 7;
    private static final int OFFERS = 50;
    private static final int SHOWN = 3;
    private Spinner machines;
    private Combo memory;
    private Combo cores;
    private Combo disk;
    private Combo backend;
    private Text image;
    private Text egress;
    /** In the order of {@link WitnessPolicy}. */
    private Combo witness;
    private Text budget;
    private Combo time;
    private Label forecast;
    private Known known = new Known(List.of(), List.of(), Optional.empty());
    private Request request;
    private boolean own;

    /** What this node knows of prices. */
    private record Known(List<RateVector> agreed, List<String> asked, Optional<Amount> available) { }

    RentDialog(Shell parent) {
        super(parent);
        setHelpAvailable(false);
        setShellStyle(getShellStyle() | SWT.RESIZE);
    }

    @Override
    protected void configureShell(Shell shell) {
        super.configureShell(shell);
        shell.setText(Messages.rentMachines);
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        setTitle(Messages.rentTitle);
        setMessage(RentForm.READERS, IMessageProvider.WARNING);
        Composite area = new Composite((Composite) super.createDialogArea(parent), SWT.NONE);
        area.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        area.setLayout(new GridLayout(4, false));
        ModifyListener changed = e -> changed();
        label(area, Messages.machinesField);
        machines = new Spinner(area, SWT.BORDER);
        machines.setValues(1, 1, MOST, 0, 1, 10);
        machines.addModifyListener(e -> {
            if (!own) {
                budget.setText(Amount.ofXen(machines.getSelection()).toString());
            }
            changed();
        });
        backend = combo(area, Messages.isolationField, changed, SWT.READ_ONLY, "sandbox", "docker");
        memory = combo(area, Messages.memoryField, changed, SWT.NONE, "64M", "128M", "256M", "512M", "1G", "2G", "4G");
        cores = combo(area, Messages.coresField, changed, SWT.NONE, "1", "0.1", "0.5", "2", "4", "8");
        disk = combo(area, Messages.diskField, changed, SWT.NONE, "0", "64M", "256M", "1G", "4G");
        time = combo(area, Messages.timeField, changed, SWT.NONE, "1h", "4h", "30min", "8h", "1d");
        label(area, Messages.imageField);
        image = new Text(area, SWT.BORDER);
        image.setMessage(Messages.imageHint);
        image.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false, 2, 1));
        image.addModifyListener(changed);
        Button browse = new Button(area, SWT.PUSH);
        browse.setText(Messages.browse);
        browse.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> browse()));
        label(area, Messages.egressField);
        egress = new Text(area, SWT.BORDER);
        egress.setMessage(Messages.egressHint);
        egress.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false, 3, 1));
        egress.addModifyListener(changed);
        label(area, Messages.witnessField);
        witness = new Combo(area, SWT.READ_ONLY);
        witness.setItems(Messages.witnessOff, Messages.witnessShow, Messages.witnessEnd);
        witness.select(0);
        witness.setToolTipText(Messages.witnessHint);
        witness.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false, 3, 1));
        witness.addModifyListener(changed);
        label(area, Messages.budgetField);
        budget = new Text(area, SWT.BORDER);
        budget.setText(Amount.ofXen(1).toString());
        budget.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        budget.addModifyListener(changed);
        budget.addListener(SWT.KeyDown, e -> own = true);
        new Label(area, SWT.NONE).setText(Messages.mostPaid);
        new Label(area, SWT.NONE);
        forecast = new Label(area, SWT.WRAP);
        GridData place = new GridData(SWT.FILL, SWT.TOP, true, true, 4, 1);
        place.widthHint = convertWidthInCharsToPixels(WIDTH);
        place.heightHint = convertHeightInCharsToPixels(LINES);
        place.verticalIndent = 8;
        forecast.setLayoutData(place);
        Live.compute(area, RentDialog::known, k -> {
            known = k;
            changed();
        });
        return area;
    }

    private static void label(Composite area, String text) {
        new Label(area, SWT.NONE).setText(text);
    }

    private static Combo combo(Composite area, String name, ModifyListener changed, int style, String... choices) {
        label(area, name);
        Combo combo = new Combo(area, SWT.BORDER | style);
        combo.setItems(choices);
        combo.select(0);
        combo.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        combo.addModifyListener(changed);
        return combo;
    }

    private void browse() {
        FileDialog dialog = new FileDialog(getShell(), SWT.OPEN);
        dialog.setText(Messages.imageArchive);
        dialog.setFilterExtensions(new String[] {"*.tar;*.tar.gz;*.tgz", "*.*"});
        String file = dialog.open();
        if (file != null) {
            image.setText(file);
        }
    }

    private static Known known() {
        List<RateVector> agreed = Stream.concat(
                Services.find(RentService.class).stream().flatMap(s -> s.rents().stream()).flatMap(r -> r.machines().stream()).map(RentService.MachineInfo::rates),
                Services.find(JobService.class).stream().flatMap(s -> s.jobs().stream()).flatMap(j -> j.providers().stream()).map(JobService.HiredInfo::rates))
                .toList();
        List<String> asked = Services.find(MarketJournal.class).map(j -> MarketRows.asked(j.newest(OFFERS), SHOWN)).orElse(List.of());
        return new Known(agreed, asked, Services.find(WalletService.class).map(w -> w.balance().available()));
    }

    @Override
    protected void createButtonsForButtonBar(Composite parent) {
        createButton(parent, IDialogConstants.OK_ID, Messages.rent, true);
        createButton(parent, IDialogConstants.CANCEL_ID, IDialogConstants.CANCEL_LABEL, false);
        changed();
    }

    /** Says what is wrong, or what it would cost. */
    private void changed() {
        request = null;
        String problem = null;
        try {
            Request r = new RentForm(machines.getSelection(), memory.getText(), cores.getText(), disk.getText(), backend.getText(), image.getText(),
                    budget.getText(), time.getText(), egress.getText(), WitnessPolicy.values()[witness.getSelectionIndex()]).request();
            List<String> lines = new ArrayList<>();
            lines.add(RentForm.forecast(r, known.agreed()));
            lines.addAll(known.asked());
            known.available().ifPresent(a -> lines.add(NLS.bind(Messages.canSpend, a)));
            forecast.setText(String.join("\n", lines));
            request = r;
        } catch (IllegalArgumentException | ArithmeticException e) {
            problem = e.getMessage();
        }
        setErrorMessage(problem);
        Button ok = getButton(IDialogConstants.OK_ID);
        if (ok != null) {
            ok.setEnabled(request != null);
        }
    }

    /** What is wanted, once it was confirmed. */
    Request request() {
        return request;
    }
}
