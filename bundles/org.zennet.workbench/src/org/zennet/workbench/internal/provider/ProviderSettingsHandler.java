package org.zennet.workbench.internal.provider;

import org.eclipse.core.commands.AbstractHandler;
import org.eclipse.core.commands.ExecutionEvent;
import org.eclipse.core.commands.ExecutionException;
import org.eclipse.ui.dialogs.PreferencesUtil;
import org.eclipse.ui.handlers.HandlerUtil;

/** Opens the preferences at the provider's page. */
public final class ProviderSettingsHandler extends AbstractHandler {
    static final String PAGE = "org.zennet.workbench.preferences.provider";

    @Override
    public Object execute(ExecutionEvent event) throws ExecutionException {
        PreferencesUtil.createPreferenceDialogOn(HandlerUtil.getActiveWorkbenchWindowChecked(event).getShell(), PAGE, null, null).open();
        return null;
    }
}
