package org.zennet.workbench.internal.handlers;

import java.nio.file.Path;
import java.util.Optional;
import org.eclipse.jface.wizard.Wizard;
import org.eclipse.jface.wizard.WizardPage;
import org.eclipse.swt.widgets.Button;
import org.zennet.services.publisher.ForecastService.Outline;

/**
 * Which job, with how many machines and how much money, what it would cost and who can read it; then it is run. Nothing is paid before that, but for
 * a measurement that is asked for.
 */
final class NewJobWizard extends Wizard {
    private final WhatPage what;
    private final LimitsPage limits = new LimitsPage();
    private final ForecastPage forecast = new ForecastPage();
    private Optional<Checked> checked = Optional.empty();

    /** A job file that was read. */
    record Checked(Path file, Outline outline) { }

    NewJobWizard(Optional<Path> file) {
        setWindowTitle(Messages.newJob);
        what = new WhatPage(file);
    }

    @Override
    public void addPages() {
        addPage(what);
        addPage(limits);
        addPage(forecast);
    }

    /**
     * Puts the focus on what Return does anyway. Without that it is on the first button of a page, and a Return that was meant to go on
     * would open an editor, or start a measurement that costs money.
     */
    static void focusDefault(WizardPage page) {
        page.getShell().getDisplay().asyncExec(() -> {
            if (!page.getControl().isDisposed() && page.getControl().isVisible()) {
                Button next = page.getShell().getDefaultButton();
                if (next != null && next.isEnabled()) {
                    next.setFocus();
                }
            }
        });
    }

    /** The file was read, or there is none that is right. */
    void checked(Optional<Checked> now) {
        checked = now;
        now.ifPresent(c -> {
            limits.show(c);
            forecast.show(c);
        });
    }

    Optional<Checked> checked() {
        return checked;
    }

    /** Only on the last page, where it stands who can read the data. */
    @Override
    public boolean canFinish() {
        return checked.isPresent() && getContainer().getCurrentPage() == forecast;
    }

    @Override
    public boolean performFinish() {
        checked.ifPresent(c -> JobRun.run(c.file()));
        return true;
    }
}
