package org.zennet.workbench.internal.setup;

import java.util.Optional;
import org.eclipse.jface.dialogs.Dialog;
import org.eclipse.jface.window.Window;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;
import org.zennet.workbench.internal.Named;

/** Asks for the passphrase that opens the keystore. */
public final class PassphraseDialog extends Dialog {
    private static final int WIDTH = 60;
    private final String wrong;
    private Text text;
    private char[] answer;

    private PassphraseDialog(Shell parent, String wrong) {
        super(parent);
        this.wrong = wrong;
    }

    /** Asks from any thread but the UI's. */
    public static Optional<char[]> ask(Display display, String wrong) {
        return display.syncCall(() -> {
            Shell shell = display.getActiveShell();
            PassphraseDialog dialog = new PassphraseDialog(shell, wrong);
            return dialog.open() == Window.OK ? Optional.of(dialog.answer) : Optional.<char[]>empty();
        });
    }

    @Override
    protected void configureShell(Shell shell) {
        super.configureShell(shell);
        shell.setText(Messages.unlock);
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        Composite area = (Composite) super.createDialogArea(parent);
        area.setLayout(new GridLayout(2, false));
        Label what = new Label(area, SWT.WRAP);
        GridData wide = new GridData(SWT.FILL, SWT.TOP, true, false, 2, 1);
        wide.widthHint = convertWidthInCharsToPixels(WIDTH);
        what.setLayoutData(wide);
        what.setText(wrong.isEmpty() ? Messages.unlockWhy : wrong);
        new Label(area, SWT.NONE).setText(Messages.passphrase);
        text = Named.by(Messages.passphrase, new Text(area, SWT.BORDER | SWT.SINGLE | SWT.PASSWORD));
        text.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        return area;
    }

    @Override
    protected void okPressed() {
        answer = text.getTextChars();
        super.okPressed();
    }
}
