package org.zennet.workbench.internal.handlers;

import java.util.concurrent.CompletableFuture;
import org.eclipse.jface.dialogs.IDialogConstants;
import org.eclipse.jface.dialogs.TitleAreaDialog;
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
import org.zennet.services.wallet.WalletService;
import org.zennet.services.wallet.WalletService.Preview;
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
        shell.setText("Send Coins");
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        setTitle("Send coins");
        setMessage("A payment can't be taken back.");
        Composite area = new Composite((Composite) super.createDialogArea(parent), SWT.NONE);
        area.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        area.setLayout(new GridLayout(2, false));
        addressText = field(area, "&Address:", "dxen1…");
        amountText = field(area, "A&mount:", "such as 0.5 XEN or 1200 zen");
        new Label(area, SWT.NONE).setText("It would:");
        preview = new Label(area, SWT.WRAP);
        GridData place = new GridData(SWT.FILL, SWT.TOP, true, true);
        place.heightHint = preview.computeSize(SWT.DEFAULT, SWT.DEFAULT).y * 4;
        preview.setLayoutData(place);
        return area;
    }

    private Text field(Composite area, String label, String hint) {
        new Label(area, SWT.NONE).setText(label);
        Text text = new Text(area, SWT.BORDER | SWT.SINGLE);
        text.setMessage(hint);
        GridData place = new GridData(SWT.FILL, SWT.CENTER, true, false);
        place.widthHint = convertWidthInCharsToPixels(WIDTH);
        text.setLayoutData(place);
        text.addModifyListener(e -> changed());
        return text;
    }

    @Override
    protected void createButtonsForButtonBar(Composite parent) {
        createButton(parent, IDialogConstants.OK_ID, "Send", true);
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
                answer = Services.find(WalletService.class).orElseThrow(() -> new Rejected("No node runs in this window.")).preview(to, sum);
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
            setMessage(p.warning().orElse("A payment can't be taken back."), p.warning().isPresent() ? org.eclipse.jface.dialogs.IMessageProvider.WARNING
                    : org.eclipse.jface.dialogs.IMessageProvider.NONE);
            allow(true);
        }
    }

    /** What a payment would do, in words. */
    static String text(Preview p) {
        return "pay " + p.amount() + " and a fee of " + p.fee() + ", " + p.amount().plus(p.fee()) + " together,\nfrom " + p.inputs()
                + (p.inputs() == 1 ? " coin" : " coins") + (p.change().isZero() ? ", without change." : "; " + p.change() + " come back as change.");
    }

    String address() {
        return address;
    }

    Amount amount() {
        return amount;
    }
}
