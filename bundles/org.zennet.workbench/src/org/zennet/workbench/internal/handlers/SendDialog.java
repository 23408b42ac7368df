package org.zennet.workbench.internal.handlers;

import java.util.concurrent.CompletableFuture;
import org.eclipse.jface.dialogs.IDialogConstants;
import org.eclipse.jface.dialogs.TitleAreaDialog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;
import org.zennet.api.value.Amount;
import org.zennet.services.Rejected;
import org.zennet.services.wallet.WalletService.Preview;
import org.zennet.services.wallet.WalletService;
import org.zennet.workbench.internal.Named;
import org.zennet.workbench.internal.Services;

/** Whom to pay and how much. What the payment would do is shown before it can be made: for exactly what stands in the fields. */
final class SendDialog extends TitleAreaDialog {
    private static final int PAUSE_MILLIS = 250;
    private static final int WIDTH = 70;
    private Text addressText;
    private Text amountText;
    private Label preview;
    private String address = "";
    private Amount amount = Amount.ZERO;
    /** Counts what was typed: an answer to an older question is not shown. */
    private int asked;

    SendDialog(Shell parent) {
        super(parent);
        setHelpAvailable(false);
    }

    @Override
    protected void configureShell(Shell shell) {
        super.configureShell(shell);
        shell.setText(Messages.sendCoins);
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        setTitle(Messages.sendCoins);
        setMessage(Messages.final_);
        Composite area = new Composite((Composite) super.createDialogArea(parent), SWT.NONE);
        area.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        area.setLayout(new GridLayout(2, false));
        addressText = field(area, Messages.address, "dxen1…");
        amountText = field(area, Messages.amount, Messages.amountHint);
        new Label(area, SWT.NONE).setText(Messages.itWould);
        preview = new Label(area, SWT.WRAP);
        GridData place = new GridData(SWT.FILL, SWT.TOP, true, true);
        place.heightHint = preview.computeSize(SWT.DEFAULT, SWT.DEFAULT).y * 4;
        preview.setLayoutData(place);
        return area;
    }

    private Text field(Composite area, String label, String hint) {
        new Label(area, SWT.NONE).setText(label);
        Text text = Named.by(label, new Text(area, SWT.BORDER | SWT.SINGLE));
        text.setMessage(hint);
        GridData place = new GridData(SWT.FILL, SWT.CENTER, true, false);
        place.widthHint = convertWidthInCharsToPixels(WIDTH);
        text.setLayoutData(place);
        text.addModifyListener(e -> changed());
        return text;
    }

    @Override
    protected void createButtonsForButtonBar(Composite parent) {
        createButton(parent, IDialogConstants.OK_ID, Messages.send, true);
        createButton(parent, IDialogConstants.CANCEL_ID, IDialogConstants.CANCEL_LABEL, false);
        allow(false);
    }

    private void allow(boolean now) {
        Button ok = getButton(IDialogConstants.OK_ID);
        if (ok != null) {
            ok.setEnabled(now);
        }
    }

    private void changed() {
        int question = ++asked;
        allow(false);
        preview.setText("");
        setErrorMessage(null);
        String to = addressText.getText().strip();
        String much = amountText.getText().strip();
        if (to.isEmpty() || much.isEmpty()) {
            return;
        }
        Amount sum;
        try {
            sum = Amount.parse(much);
        } catch (IllegalArgumentException e) {
            setErrorMessage(e.getMessage());
            return;
        }
        getShell().getDisplay().timerExec(PAUSE_MILLIS, () -> {
            if (question == asked && getShell() != null && !getShell().isDisposed()) {
                ask(question, to, sum, getShell().getDisplay());
            }
        });
    }

    private void ask(int question, String to, Amount sum, Display display) {
        CompletableFuture.runAsync(() -> {
            Preview answer = null;
            String problem = null;
            try {
                answer = Services.find(WalletService.class).orElseThrow(() -> new Rejected(Messages.noNode)).preview(to, sum);
            } catch (Rejected | IllegalArgumentException e) {
                problem = e.getMessage();
            }
            Preview p = answer;
            String why = problem;
            display.asyncExec(() -> {
                if (question == asked && !preview.isDisposed()) {
                    show(to, sum, p, why);
                }
            });
        }, task -> Thread.ofVirtual().start(task));
    }

    private void show(String to, Amount sum, Preview p, String why) {
        setErrorMessage(why);
        if (p != null) {
            address = to;
            amount = sum;
            preview.setText(text(p));
            setMessage(p.warning().orElse(Messages.final_), p.warning().isPresent() ? org.eclipse.jface.dialogs.IMessageProvider.WARNING
                    : org.eclipse.jface.dialogs.IMessageProvider.NONE);
            allow(true);
        }
    }

    /** What a payment would do, in words. */
    static String text(Preview p) {
        return NLS.bind(Messages.preview, new Object[] {p.amount(), p.fee(), p.amount().plus(p.fee()), p.inputs(), p.inputs() == 1 ? Messages.coin : Messages.coins})
                + (p.change().isZero() ? Messages.withoutChange : NLS.bind(Messages.withChange, p.change()));
    }

    String address() {
        return address;
    }

    Amount amount() {
        return amount;
    }
}
