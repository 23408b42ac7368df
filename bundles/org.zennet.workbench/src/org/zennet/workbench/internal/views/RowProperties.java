package org.zennet.workbench.internal.views;

import java.util.List;
import org.eclipse.core.runtime.IAdapterFactory;
import org.eclipse.ui.views.properties.IPropertyDescriptor;
import org.eclipse.ui.views.properties.IPropertySource;
import org.eclipse.ui.views.properties.PropertyDescriptor;
import org.zennet.workbench.internal.model.Detail;
import org.zennet.workbench.internal.model.Row;

/** What the Properties view shows of a selected row. Nothing can be changed there. */
public final class RowProperties implements IAdapterFactory {
    @Override
    public <T> T getAdapter(Object adaptable, Class<T> type) {
        return type == IPropertySource.class && adaptable instanceof Row row ? type.cast(new Source(row.details().get())) : null;
    }

    @Override
    public Class<?>[] getAdapterList() {
        return new Class<?>[] {IPropertySource.class};
    }

    /** Details by their place, so that two of a name do no harm. */
    private record Source(List<Detail> details) implements IPropertySource {
        @Override
        public IPropertyDescriptor[] getPropertyDescriptors() {
            IPropertyDescriptor[] all = new IPropertyDescriptor[details.size()];
            for (int i = 0; i < all.length; i++) {
                PropertyDescriptor d = new PropertyDescriptor(i, details.get(i).name());
                if (!details.get(i).group().isEmpty()) {
                    d.setCategory(details.get(i).group());
                }
                all[i] = d;
            }
            return all;
        }

        @Override
        public Object getPropertyValue(Object id) {
            return details.get((Integer) id).value();
        }

        @Override
        public Object getEditableValue() {
            return null;
        }

        @Override
        public boolean isPropertySet(Object id) {
            return true;
        }

        @Override
        public void resetPropertyValue(Object id) {
            // nothing can be changed
        }

        @Override
        public void setPropertyValue(Object id, Object value) {
            // nothing can be changed
        }
    }
}
