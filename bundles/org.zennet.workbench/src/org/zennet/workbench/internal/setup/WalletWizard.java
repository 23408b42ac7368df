package org.zennet.workbench.internal.setup;

import java.lang.reflect.InvocationTargetException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.eclipse.jface.wizard.Wizard;
import org.eclipse.jface.wizard.WizardPage;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.zennet.services.Rejected;
import org.zennet.services.network.JoinLine;
import org.zennet.services.node.NodeLauncher;
import org.zennet.workbench.internal.EmbeddedNode;
import org.zennet.workbench.internal.Named;
import org.zennet.workbench.internal.Services;

/** Creates a wallet or restores one from its words, in a data directory that no process holds; then its node starts. */
final class WalletWizard extends Wizard {
    private static final int WORDS = 24;
    private final EmbeddedNode node;
    private final Page page;
    private List<String> created = List.of();
    private Optional<JoinLine> join = Optional.empty();

    WalletWizard(EmbeddedNode node) {
        this.node = node;
        this.page = new Page(!node.hasNetwork());
        setWindowTitle(Messages.wallet);
        setNeedsProgressMonitor(true);
        addPage(page);
    }

    /** The words of a wallet that was created; empty when one was restored. */
    List<String> created() {
        return created;
    }

    /** The network that was asked for, where there was none. */
    Optional<JoinLine> join() {
        return join;
    }

    @Override
    public boolean performFinish() {
        Optional<JoinLine> line = page.join();
        Optional<char[]> passphrase = page.passphrase();
        List<String> words = page.words();
        boolean create = page.creates();
        try {
            getContainer().run(true, false, monitor -> {
                monitor.beginTask(create ? Messages.creating : Messages.restoring, -1);
                try {
                    NodeLauncher launcher = Services.find(NodeLauncher.class).orElseThrow(() -> new Rejected(Messages.noLauncher));
                    created = launcher.keystore(node.data(), node.network(), line, Optional.empty(), k -> {
                        if (create) {
                            return k.create(WORDS, passphrase);
                        }
                        k.restore(words, passphrase);
                        return List.of();
                    });
                } catch (Rejected e) {
                    throw new InvocationTargetException(e, e.getMessage());
                }
            });
            join = line;
            return true;
        } catch (InvocationTargetException e) {
            page.setErrorMessage(e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            passphrase.ifPresent(p -> Arrays.fill(p, ' '));
        }
        return false;
    }

    /** The one page: which network, new or old, sealed by what. */
    private static final class Page extends WizardPage {
        private final boolean asksForNetwork;
        private Text joinText;
        private Button create;
        private Text wordsText;
        private Text passphraseText;
        private Text againText;

        Page(boolean asksForNetwork) {
            super("wallet");
            this.asksForNetwork = asksForNetwork;
            setTitle(Messages.walletTitle);
            setDescription(Messages.walletWhy);
        }

        @Override
        public void createControl(Composite parent) {
            Composite area = new Composite(parent, SWT.NONE);
            area.setLayout(new GridLayout(2, false));
            if (asksForNetwork) {
                joinText = field(area, Messages.joinLine, SWT.SINGLE);
            }
            create = choice(area, Messages.create);
            create.setSelection(true);
            Button restore = choice(area, Messages.restore);
            restore.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> {
                wordsText.setEnabled(restore.getSelection());
                check();
            }));
            wordsText = field(area, Messages.theWords, SWT.MULTI | SWT.WRAP | SWT.V_SCROLL);
            ((GridData) wordsText.getLayoutData()).heightHint = wordsText.getLineHeight() * 3;
            wordsText.setEnabled(false);
            passphraseText = field(area, Messages.passphraseOptional, SWT.SINGLE | SWT.PASSWORD);
            againText = field(area, Messages.again, SWT.SINGLE | SWT.PASSWORD);
            Label note = new Label(area, SWT.WRAP);
            GridData wide = new GridData(SWT.FILL, SWT.TOP, true, false, 2, 1);
            wide.widthHint = convertWidthInCharsToPixels(80);
            note.setLayoutData(wide);
            note.setText(Messages.passphraseNote);
            setControl(area);
            setPageComplete(!asksForNetwork);
        }

        private Text field(Composite area, String label, int style) {
            Label l = new Label(area, SWT.NONE);
            l.setText(label);
            l.setLayoutData(new GridData(SWT.BEGINNING, SWT.TOP, false, false));
            Text text = Named.by(label, new Text(area, SWT.BORDER | style));
            text.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
            text.addModifyListener(e -> check());
            return text;
        }

        private Button choice(Composite area, String label) {
            Button b = new Button(area, SWT.RADIO);
            b.setText(label);
            b.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false, 2, 1));
            return b;
        }

        private void check() {
            String problem = null;
            boolean missing = false;
            if (joinText != null) {
                missing = joinText.getText().isBlank();
                try {
                    join();
                } catch (IllegalArgumentException e) {
                    problem = missing ? null : e.getMessage();
                }
            }
            if (problem == null && !creates() && words().size() < 12) {
                missing = true;
                problem = words().isEmpty() ? null : NLS.bind(Messages.wordsMissing, words().size());
            }
            if (problem == null && !Arrays.equals(passphraseText.getTextChars(), againText.getTextChars())) {
                problem = Messages.passphrasesDiffer;
            }
            setErrorMessage(problem);
            setPageComplete(problem == null && !missing);
        }

        Optional<JoinLine> join() {
            return joinText == null ? Optional.empty() : Optional.of(JoinLine.parse(joinText.getText().strip()));
        }

        boolean creates() {
            return create.getSelection();
        }

        List<String> words() {
            return creates() || wordsText.getText().isBlank() ? List.of() : List.of(wordsText.getText().strip().split("\\s+"));
        }

        Optional<char[]> passphrase() {
            char[] p = passphraseText.getTextChars();
            return p.length == 0 ? Optional.empty() : Optional.of(p);
        }
    }
}
