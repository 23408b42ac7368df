package org.zennet.workbench.internal.help;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.eclipse.core.runtime.ILog;
import org.eclipse.osgi.util.NLS;
import org.eclipse.swt.SWT;
import org.eclipse.swt.accessibility.AccessibleListener;
import org.eclipse.swt.custom.SashForm;
import org.eclipse.swt.custom.StyledText;
import org.eclipse.swt.events.SelectionListener;
import org.eclipse.swt.layout.GridData;
import org.eclipse.swt.layout.GridLayout;
import org.eclipse.swt.program.Program;
import org.eclipse.swt.widgets.Composite;
import org.eclipse.swt.widgets.Label;
import org.eclipse.swt.widgets.Text;
import org.eclipse.swt.widgets.Tree;
import org.eclipse.swt.widgets.TreeItem;
import org.eclipse.ui.part.ViewPart;
import org.osgi.framework.Bundle;
import org.osgi.framework.FrameworkUtil;
import org.zennet.workbench.internal.Named;

/** The documents of the project inside the window: contents and search at the left, the page at the right. Needs no network. */
public final class HelpView extends ViewPart {
    /** The view's id. */
    public static final String ID = "org.zennet.workbench.helpView";
    /** What people read first comes first. */
    private static final List<String> ORDER = List.of("workbench.md", "jobs.md", "rent.md", "market.md", "pricing.md", "wallet.md", "operations.md", "plugins.md");
    private static Handbook handbook;
    private final List<String> back = new ArrayList<>();
    private Text search;
    private Tree tree;
    private PageText page;
    private String shown = "";

    @Override
    public void createPartControl(Composite parent) {
        SashForm sash = new SashForm(parent, SWT.HORIZONTAL);
        Composite left = new Composite(sash, SWT.NONE);
        left.setLayout(new GridLayout(2, false));
        new Label(left, SWT.NONE).setText(Messages.search);
        search = Named.by(Messages.search, new Text(left, SWT.BORDER | SWT.SEARCH | SWT.ICON_CANCEL));
        search.setMessage(Messages.searchHint);
        search.setLayoutData(new GridData(SWT.FILL, SWT.CENTER, true, false));
        search.addModifyListener(e -> list());
        tree = new Tree(left, SWT.SINGLE | SWT.V_SCROLL | SWT.H_SCROLL | SWT.FULL_SELECTION);
        tree.setLayoutData(new GridData(SWT.FILL, SWT.FILL, true, true, 2, 1));
        tree.getAccessible().addAccessibleListener(AccessibleListener.getNameAdapter(e -> e.result = Messages.contents));
        tree.addSelectionListener(SelectionListener.widgetSelectedAdapter(e -> {
            if (e.item.getData() instanceof String href) {
                open(href, search.getText());
            }
        }));
        page = new PageText(sash, this::follow);
        sash.setWeights(2, 5);
        list();
        open(ORDER.getFirst(), "");
    }

    /** Read once, when somebody looks for it: a few hundred kilobytes from the bundle itself. */
    private static synchronized Handbook handbook() {
        if (handbook == null) {
            Bundle bundle = FrameworkUtil.getBundle(HelpView.class);
            List<String> names = new ArrayList<>(ORDER);
            List<String> others = new ArrayList<>();
            for (String path : Collections.list(Optional.ofNullable(bundle.getEntryPaths("docs/")).orElse(Collections.emptyEnumeration()))) {
                String name = path.substring(path.lastIndexOf('/') + 1);
                if (name.endsWith(".md") && !names.contains(name)) {
                    others.add(name);
                }
            }
            Collections.sort(others);
            names.addAll(others);
            List<Handbook.Page> pages = new ArrayList<>();
            for (String name : names) {
                URL url = bundle.getEntry("docs/" + name);
                if (url != null) {
                    try (InputStream in = url.openStream()) {
                        pages.add(Handbook.Page.of(name, new String(in.readAllBytes(), StandardCharsets.UTF_8)));
                    } catch (IOException e) {
                        ILog.of(HelpView.class).warn("a page of the help can't be read: " + name, e);
                    }
                }
            }
            handbook = new Handbook(pages);
        }
        return handbook;
    }

    /** What was found, or the contents where nothing is looked for. */
    private void list() {
        tree.setRedraw(false);
        tree.removeAll();
        if (search.getText().isBlank()) {
            for (Handbook.Page p : handbook().pages()) {
                TreeItem item = item(null, p.title(), p.name());
                p.headings().forEach(h -> item(item, h, p.name() + "#" + Markdown.anchor(h)));
            }
        } else {
            List<Handbook.Hit> hits = handbook().search(search.getText());
            for (Handbook.Hit h : hits) {
                String href = h.page().name() + (h.heading().isEmpty() ? "" : "#" + Markdown.anchor(h.heading()));
                item(item(null, h.page().title() + (h.heading().isEmpty() ? "" : ": " + h.heading()), href), h.excerpt(), href).getParentItem().setExpanded(true);
            }
            if (hits.isEmpty()) {
                item(null, NLS.bind(Messages.nothingFound, search.getText()), null);
            }
        }
        tree.setRedraw(true);
    }

    private TreeItem item(TreeItem parent, String text, String href) {
        TreeItem item = parent == null ? new TreeItem(tree, SWT.NONE) : new TreeItem(parent, SWT.NONE);
        item.setText(text);
        item.setData(href);
        return item;
    }

    /** Shows a page, such as {@code jobs.md} or {@code jobs.md#results}; words in it are marked. */
    public void open(String href, String words) {
        int hash = href.indexOf('#');
        String name = hash < 0 ? href : href.substring(0, hash);
        Optional<Handbook.Page> found = handbook().page(name.isEmpty() ? shown : name);
        if (found.isPresent()) {
            if (!shown.isEmpty() && !shown.equals(found.get().name())) {
                back.add(shown);
            }
            shown = found.get().name();
            page.show(found.get(), hash < 0 ? "" : href.substring(hash + 1), words);
            setContentDescription("");
        }
    }

    /** Back to the page before. */
    public void back() {
        if (!back.isEmpty()) {
            String name = back.removeLast();
            shown = "";
            open(name, "");
        }
    }

    private void follow(String target) {
        if (target.matches("https?://.*")) {
            Program.launch(target);
        } else {
            String name = target.replaceFirst("^(\\.\\./)*(docs/)?", "");
            if (name.startsWith("#") || handbook().page(name.replaceFirst("#.*", "")).isPresent()) {
                open(name, "");
            }
        }
    }

    /** The page that is shown, for people who look from outside. */
    public String shown() {
        return shown;
    }

    /** Looks for words, as if they were typed. */
    public void search(String words) {
        search.setText(words);
    }

    StyledText text() {
        return page.widget();
    }

    @Override
    public void setFocus() {
        search.setFocus();
    }
}
