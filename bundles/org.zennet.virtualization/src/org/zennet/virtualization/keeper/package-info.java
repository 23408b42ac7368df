/**
 * A process that outlives the node and owns the children of one backend: their wall-clock and no-touch stops, their tasks
 * and outcomes, their meters. A backend says by {@link org.zennet.virtualization.keeper.ChildKind} what a child is.
 */
@Export
@Version("1.0.0")
package org.zennet.virtualization.keeper;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
