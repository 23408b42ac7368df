package org.zennet.workbench.internal.setup;

import java.util.List;
import org.eclipse.jface.dialogs.IDialogConstants;
import org.eclipse.jface.dialogs.MessageDialog;
import org.eclipse.jface.dialogs.TitleAreaDialog;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Control;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Shell;
import org.eclipse.swt.widgets.Text;
import org.zennet.workbench.internal.Named;

/** Shows the words of a new wallet, once, and lets go only who wrote down those that it asks for, or insists. */
final class WordsDialog extends TitleAreaDialog {
    private static final int COLUMNS = 4;
    private final List<String> words;
    private final int first;
    private final int second;
    private Text firstText;
    private Text secondText;

    /**
     * Makes it.
     *
     * @param words in order; two of them are asked for
     */
    WordsDialog(Shell parent, List<String> words) {
        super(parent);
        this.words = List.copyOf(words);
        this.first = words.size() / 4;
        this.second = words.size() - 3;
        setHelpAvailable(false);
    }

    @Override
    protected void configureShell(Shell shell) {
        super.configureShell(shell);
        shell.setText(Messages.words);
    }

    @Override
    protected Control createDialogArea(Composite parent) {
        setTitle(Messages.wordsTitle);
        setMessage(Messages.wordsWhy);
        Composite area = new Composite((Composite) super.createDialogArea(parent), SWT.NONE);
        area.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        area.setLayout(new GridLayout(COLUMNS, true));
        // down the columns, as they are written
        int rows = (words.size() + COLUMNS - 1) / COLUMNS;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                int i = column * rows + row;
                Label word = new Label(area, SWT.NONE);
                word.setFont(JFaceResources.getTextFont());
                word.setText(i < words.size() ? i + 1 + " " + words.get(i) : "");
            }
        }
        firstText = field(area, first);
        secondText = field(area, second);
        return area;
    }

    private Text field(Composite area, int index) {
        Label label = new Label(area, SWT.NONE);
        label.setText(NLS.bind(Messages.wordNumber, index + 1));
        Text text = Named.by(label.getText(), new Text(area, SWT.BORDER | SWT.SINGLE));
        text.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        text.addModifyListener(e -> allow());
        return text;
    }

    private void allow() {
        Button ok = getButton(IDialogConstants.OK_ID);
        if (ok != null) {
            ok.setEnabled(firstText.getText().strip().equalsIgnoreCase(words.get(first)) && secondText.getText().strip().equalsIgnoreCase(words.get(second)));
        }
    }

    @Override
    protected void createButtonsForButtonBar(Composite parent) {
        createButton(parent, IDialogConstants.OK_ID, Messages.wroteThem, true).setEnabled(false);
        createButton(parent, IDialogConstants.CANCEL_ID, Messages.notNow, false);
    }

    @Override
    protected void cancelPressed() {
        if (MessageDialog.openQuestion(getShell(), Messages.words, Messages.wordsLost)) {
            super.cancelPressed();
        }
    }

    @Override
    protected boolean isResizable() {
        return true;
    }
}
