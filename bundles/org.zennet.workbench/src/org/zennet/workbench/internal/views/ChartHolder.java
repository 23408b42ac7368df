package org.zennet.workbench.internal.views;

import java.nio.file.Path;
import org.zennet.workbench.internal.model.ChartData;

/** A view with a chart that can be written to a file. On the UI thread. */
public interface ChartHolder {
    /** What is shown now. */
    ChartData shown();

    /** Writes what is shown as a PNG. */
    void savePng(Path file);
}
