package org.zennet.workbench.internal.views;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.eclipse.core.runtime.ICoreRunnable;
import org.eclipse.core.runtime.jobs.Job;
import org.eclipse.jface.action.MenuManager;
import org.eclipse.jface.resource.JFaceResources;
import org.eclipse.jface.util.IPropertyChangeListener;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.events.FocusListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Display;
import org.eclipse.swt.widgets.Event;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Listener;
import org.eclipse.ui.IViewSite;
import org.eclipse.ui.PartInitException;
import org.eclipse.ui.PlatformUI;
import org.eclipse.ui.keys.IBindingService;
import org.eclipse.ui.part.ViewPart;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.RentService;
import org.zennet.services.publisher.RentService.MachineInfo;
import org.zennet.services.publisher.RentService.RentInfo;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.terminal.Login;
import org.zennet.workbench.internal.terminal.Parser;
import org.zennet.workbench.internal.terminal.Screen;
import org.zennet.workbench.internal.terminal.Shell;
import org.zennet.workbench.internal.terminal.TerminalCanvas;

/**
 * A terminal on a rented machine. Its second id names rent and machine, see {@link #instance}. Closing it logs out. While it has the keyboard, keys
 * are for the machine, but for Ctrl+F7 and Ctrl+F8, which lead out, and Ctrl+Shift+C and Ctrl+Shift+V.
 */
public final class TerminalView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.terminal";
    private static final int COLUMNS = 80;
    private static final int LINES = 24;
    private final Screen screen = new Screen(COLUMNS, LINES);
    private final IPropertyChangeListener fonts = e -> restyle();
    private TerminalCanvas canvas;
    private Label status;
    private Display display;
    private volatile Shell shell;
    private volatile boolean disposed;
    private boolean connecting;

    /** The second id of the terminal of a machine; terminals of one machine are told apart by a number. */
    public static String instance(String rent, String lease, int number) {
        return rent + "," + lease + "," + number;
    }

    @Override
    public void init(IViewSite site) throws PartInitException {
        super.init(site);
        setPartName(Messages.terminal);
    }

    @Override
    public void createPartControl(Composite parent) {
        display = parent.getDisplay();
        GridLayout layout = new GridLayout();
        layout.marginWidth = 0;
        layout.marginHeight = 0;
        layout.verticalSpacing = 0;
        parent.setLayout(layout);
        canvas = new TerminalCanvas(parent, Messages.terminal, screen, this::type, (c, l) -> {
            Shell s = shell;
            if (s != null) {
                s.resize(c, l);
            }
        });
        canvas.control().setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true));
        status = new Label(parent, SWT.NONE);
        status.setLayoutData(new GridData(SWT.FILL, SWT.BOTTOM, true, false));
        IBindingService keys = getSite().getService(IBindingService.class);
        canvas.control().addFocusListener(FocusListener.focusGainedAdapter(e -> keys.setKeyFilterEnabled(false)));
        canvas.control().addFocusListener(FocusListener.focusLostAdapter(e -> keys.setKeyFilterEnabled(true)));
        Listener own = this::own;
        display.addFilter(SWT.KeyDown, own);
        parent.addDisposeListener(e -> {
            display.removeFilter(SWT.KeyDown, own);
            keys.setKeyFilterEnabled(true);
        });
        MenuManager menu = new MenuManager();
        canvas.control().setMenu(menu.createContextMenu(canvas.control()));
        getSite().registerContextMenu(ID, menu, null);
        JFaceResources.getFontRegistry().addListener(fonts);
        PlatformUI.getWorkbench().getThemeManager().addPropertyChangeListener(fonts);
        connect();
    }

    private void restyle() {
        if (!canvas.control().isDisposed()) {
            canvas.restyle();
        }
    }

    /** Keys that are not for the machine. */
    private void own(Event e) {
        if (canvas.control().isDisposed() || e.widget != canvas.control() || (e.stateMask & SWT.MODIFIER_MASK & SWT.CTRL) == 0) {
            return;
        }
        boolean shift = (e.stateMask & SWT.SHIFT) != 0;
        String command = e.keyCode == SWT.F7 ? "org.eclipse.ui.window.nextView" : e.keyCode == SWT.F8 ? "org.eclipse.ui.window.nextPerspective"
                : e.keyCode == SWT.INSERT || shift && e.keyCode == 'c' ? "org.eclipse.ui.edit.copy" : shift && e.keyCode == 'v' ? "org.eclipse.ui.edit.paste" : null;
        if (command != null) {
            e.type = SWT.None;
            Commands.run(getSite(), command);
        }
    }

    private void type(byte[] bytes) {
        Shell s = shell;
        if (s != null) {
            if (!s.type(bytes)) {
                display.beep();
            }
        } else if (!connecting && bytes.length == 1 && bytes[0] == '\r') {
            connect();
        }
    }

    /** Logs in, in a job that the Progress view shows. */
    private void connect() {
        connecting = true;
        tell(Messages.loggingIn);
        String[] names = String.valueOf(getViewSite().getSecondaryId()).split(",");
        Job job = Job.create(Messages.loggingInTo, (ICoreRunnable) m -> {
            try {
                Login login = find(names).orElseThrow(() -> new Rejected(Messages.notRented));
                ui(() -> setPartName(login.name()));
                Parser parser = new Parser(screen, this::answer, () -> ui(display::beep));
                Shell s = Shell.open(login, screen.columns(), screen.lines(), (b, offset, n) -> {
                    parser.read(b, offset, n);
                    canvas.changed();
                }, how -> ui(() -> ended(login.name(), how)));
                shell = s;
                if (disposed) {
                    s.close();
                    return;
                }
                s.resize(screen.columns(), screen.lines());
                ui(() -> {
                    connecting = false;
                    tell(NLS.bind(Messages.terminalReaders, login.name()));
                });
            } catch (Rejected e) {
                ui(() -> ended("", e.getMessage()));
            }
        });
        job.schedule();
    }

    private static Optional<Login> find(String[] names) {
        return names.length < 2 ? Optional.empty() : Services.find(RentService.class).flatMap(s -> s.rent(names[0])).flatMap(r -> machine(r, names[1])
                .filter(m -> m.port() != 0).map(m -> Login.of(r, m)));
    }

    private static Optional<MachineInfo> machine(RentInfo rent, String lease) {
        return rent.machines().stream().filter(m -> m.lease().equals(lease)).findFirst();
    }

    private void answer(byte[] bytes) {
        Shell s = shell;
        if (s != null) {
            s.type(bytes);
        }
    }

    private void ended(String name, String how) {
        shell = null;
        connecting = false;
        tell((name.isEmpty() ? how : name + ": " + how) + (how.endsWith(".") ? " " : ". ") + Messages.enterAgain);
        Parser parser = new Parser(screen, b -> { }, () -> { });
        byte[] rest = "\033[0m\033[?25h\r\n".getBytes(StandardCharsets.US_ASCII);
        parser.read(rest, 0, rest.length);
        canvas.changed();
    }

    private void tell(String text) {
        status.setText(text);
        status.setToolTipText(text);
    }

    private void ui(Runnable what) {
        if (!display.isDisposed()) {
            display.asyncExec(() -> {
                if (!disposed && !status.isDisposed()) {
                    what.run();
                }
            });
        }
    }

    /** What is drawn. */
    public TerminalCanvas canvas() {
        return canvas;
    }

    @Override
    public void setFocus() {
        canvas.control().setFocus();
    }

    @Override
    public void dispose() {
        disposed = true;
        JFaceResources.getFontRegistry().removeListener(fonts);
        PlatformUI.getWorkbench().getThemeManager().removePropertyChangeListener(fonts);
        Shell s = shell;
        if (s != null) {
            s.close();
        }
        super.dispose();
    }
}
