package org.zennet.workbench.internal;

import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.widgets.Control;

/** Names for screen readers: not every system finds the label that stands before a field. */
public final class Named {
    private Named() { }

    /** Gives a control the name of its label, without mnemonic and colon. */
    public static <C extends Control> C by(String label, C control) {
        String name = label.replace("&", "").replaceFirst(":$", "");
        control.getAccessible().addAccessibleListener(AccessibleListener.getNameAdapter(e -> e.result = name));
        return control;
    }
}
