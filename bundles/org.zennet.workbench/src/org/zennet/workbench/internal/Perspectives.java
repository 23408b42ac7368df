package org.zennet.workbench.internal;

import org.eclipse.ui.IFolderLayout;
import org.eclipse.ui.IPageLayout;
import org.eclipse.ui.IPerspectiveFactory;
import org.zennet.workbench.internal.setup.WelcomeView;
import org.zennet.workbench.internal.views.BenchmarksView;
import org.zennet.workbench.internal.views.BlockchainView;
import org.zennet.workbench.internal.views.CalibrationView;
import org.zennet.workbench.internal.views.ChartsView;
import org.zennet.workbench.internal.views.EarningsView;
import org.zennet.workbench.internal.views.JobsView;
import org.zennet.workbench.internal.views.LeasesView;
import org.zennet.workbench.internal.views.MachinesView;
import org.zennet.workbench.internal.views.MarketView;
import org.zennet.workbench.internal.views.OfferView;
import org.zennet.workbench.internal.views.PluginsView;
import org.zennet.workbench.internal.views.RentsView;
import org.zennet.workbench.internal.views.WalletView;

/** The layouts of the perspectives: one view above, a folder of others below. */
public final class Perspectives {
    static final String PUBLISHER = "org.zennet.workbench.publisher";
    static final String PROVIDER = "org.zennet.workbench.provider";
    static final String WALLET = "org.zennet.workbench.walletPerspective";
    static final String NETWORK = "org.zennet.workbench.networkPerspective";
    private static final String ERROR_LOG = "org.eclipse.pde.runtime.LogView";
    private static final String PROGRESS = "org.eclipse.ui.views.ProgressView";

    private Perspectives() { }

    private static void lay(IPageLayout layout, String above, float ratio, String... below) {
        layout.setEditorAreaVisible(false);
        IFolderLayout top = layout.createFolder("above", IPageLayout.TOP, ratio, layout.getEditorArea());
        top.addView(above);
        top.addPlaceholder(WelcomeView.ID);
        IFolderLayout folder = layout.createFolder("below", IPageLayout.BOTTOM, ratio, "above");
        for (String view : below) {
            folder.addView(view);
        }
        folder.addView(PROGRESS);
        folder.addView(ERROR_LOG);
        for (String view : new String[] {JobsView.ID, MarketView.ID, WalletView.ID, LeasesView.ID, RentsView.ID, OfferView.ID, EarningsView.ID, BenchmarksView.ID, CalibrationView.ID, MachinesView.ID, BlockchainView.ID, PluginsView.ID, ChartsView.ID, PROGRESS, ERROR_LOG}) {
            layout.addShowViewShortcut(view);
        }
        for (String perspective : new String[] {PUBLISHER, PROVIDER, WALLET, NETWORK}) {
            layout.addPerspectiveShortcut(perspective);
        }
    }

    /** For those who rent: jobs above, the market below. */
    public static final class Publisher implements IPerspectiveFactory {
        @Override
        public void createInitialLayout(IPageLayout layout) {
            lay(layout, JobsView.ID, 0.5f, MarketView.ID, RentsView.ID, ChartsView.ID);
        }
    }

    /** For those who rent out: leases above; the offer, earnings, measurements and the market below. */
    public static final class Provider implements IPerspectiveFactory {
        @Override
        public void createInitialLayout(IPageLayout layout) {
            lay(layout, LeasesView.ID, 0.45f, OfferView.ID, EarningsView.ID, BenchmarksView.ID, CalibrationView.ID, MarketView.ID, MachinesView.ID);
        }
    }

    /** Coins and channels. */
    public static final class Wallet implements IPerspectiveFactory {
        @Override
        public void createInitialLayout(IPageLayout layout) {
            lay(layout, WalletView.ID, 0.6f, ChartsView.ID);
        }
    }

    /** The chain, and what extends this window's node. */
    public static final class Network implements IPerspectiveFactory {
        @Override
        public void createInitialLayout(IPageLayout layout) {
            lay(layout, BlockchainView.ID, 0.6f, PluginsView.ID);
        }
    }
}
