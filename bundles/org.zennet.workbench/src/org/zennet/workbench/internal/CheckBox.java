package org.zennet.workbench.internal;

import org.eclipse.swt.SWT;
import org.eclipse.swt.widgets.Button;
import org.eclipse.swt.widgets.Composite;

/** Check boxes in views. */
public final class CheckBox {
    /** The theme engine leaves alone what carries it. */
    private static final String UNSTYLED = "org.eclipse.e4.ui.css.disabled";

    private CheckBox() { }

    /** Makes one without a theme's background: on GTK the light one would be painted over the box, and a white mark on it is not seen. */
    public static Button in(Composite parent) {
        Button box = new Button(parent, SWT.CHECK);
        box.setData(UNSTYLED, Boolean.TRUE);
        return box;
    }
}
