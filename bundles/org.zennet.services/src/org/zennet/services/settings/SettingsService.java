package org.zennet.services.settings;

import java.util.List;
import java.util.Optional;
import org.zennet.services.Registration;
import org.zennet.services.Rejected;

/**
 * The settings of this process and of its plug-ins: those that a bundle describes by its OSGi metatype, without any code for
 * a user interface in it. Values come from {@code config.yaml}, the environment and the command line, each going before the
 * one named first. Thread-safe; calls read and write files and belong on worker threads.
 */
public interface SettingsService {
    /** All sections that are known now, by name; those of plug-ins last. */
    List<Section> sections();

    /** One setting by its key. */
    default Optional<Setting> setting(String key) {
        return sections().stream().flatMap(s -> s.settings().stream()).filter(s -> s.key().equals(key)).findFirst();
    }

    /**
     * Writes a value into {@code config.yaml}, whole or not at all, and tells it to the component where
     * {@link Setting#live} says so.
     *
     * @return the setting as it is now: a variable of the environment or the command line may still go before the file
     * @throws Rejected with one line that names the key, the value and what is allowed, and nothing changed: an unknown key,
     *                  a value of another type or out of range, no data directory, a file that can't be written
     */
    Setting set(String key, String value) throws Rejected;

    /** Takes a value out of {@code config.yaml}: the default, the environment or the command line holds again. */
    Setting unset(String key) throws Rejected;

    /**
     * Takes what somebody else wrote into {@code config.yaml}, where {@link Setting#live} allows it.
     *
     * @throws Rejected with one line on the first value that is none; sections before it may have been taken
     */
    default void reload() throws Rejected { }

    /** Is told when sections come or go or a value changes; on any thread. */
    Registration watch(Runnable changed);

    /**
     * The settings of one component.
     *
     * @param name        as in {@code config.yaml}: of Zennet's own without {@code org.zennet.}, of plug-ins the whole PID
     * @param label       for people
     * @param description may be empty
     * @param bundle      symbolic name and version of the bundle that it belongs to
     * @param plugin      whether that is a plug-in
     * @param settings    in the order of its author
     */
    record Section(String name, String label, String description, String bundle, boolean plugin, List<Setting> settings) {
        /** Copies the list. */
        public Section {
            settings = List.copyOf(settings);
        }
    }
}
