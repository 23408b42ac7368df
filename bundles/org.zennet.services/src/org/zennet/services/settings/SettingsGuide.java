package org.zennet.services.settings;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;

/**
 * What a bundle knows of the settings of one of its components beyond their metatype: published as a service beside the
 * component, with the property {@value #SECTION}, there before the component begins and in processes where it never does. Calls
 * come from any thread, take milliseconds and change nothing.
 */
public interface SettingsGuide {
    /** The service property that names the section, such as {@code provider}. */
    String SECTION = "settings.section";

    /** Names of settings that a component can't take while it runs, though it takes others: where it listens, its directory. */
    default Set<String> atNextStart() {
        return Set.of();
    }

    /** Values that a setting may usefully take now; others are kept too. Empty where it takes anything. */
    default List<Setting.Option> choices(String name) {
        return List.of();
    }

    /**
     * Looks at all values of the section together, as the component would get them.
     *
     * @param properties what is set; what is missing has its default
     * @throws Rejected with one line that names the setting, the value and what is allowed
     */
    default void check(Map<String, ?> properties) throws Rejected { }

    /** Is told when {@link #choices} may be others; on any thread. */
    default Registration watch(Runnable changed) {
        return () -> { };
    }
}
