package org.zennet.services.provider;

import java.util.List;
import java.util.Optional;
import org.zennet.services.Rejected;
import org.zennet.services.provider.ProviderService.LeaseInfo;
import org.zennet.services.provider.ProviderService.Status;
import org.zennet.services.settings.Setting;
import org.zennet.services.settings.SettingsService;

/**
 * The provider in a process of its own beside this one: same network, its own data directory, identity and wallet. It is
 * {@code zennet provider start} with {@code --data} of {@link #directory}, so the command line sees the same process; it goes on
 * when this process ends. Present where a node runs. Thread-safe; every method may take seconds: never call it on a UI thread.
 */
public interface ProviderProcess {
    /** The root of its data directories, what {@code --data} names. */
    java.nio.file.Path directory();

    /** How it stands; empty while none runs. */
    Optional<View> view();

    /**
     * Starts it by its settings and waits until it answers.
     *
     * @throws Rejected when one runs, or with its last line when it does not come up; what was started is ended then
     * @throws InterruptedException when the caller gave up; what was started is ended then
     */
    void start() throws Rejected, InterruptedException;

    /**
     * Stops it and waits for its end.
     *
     * @param keepLeases whether containers work on until the next start, as {@link ProviderService#keep}
     */
    void stop(boolean keepLeases) throws Rejected;

    /** Takes no new work; leases go on to their end. */
    void drain() throws Rejected;

    /**
     * What it can be told, by its {@code config.yaml} and what its bundles describe; while it runs, asked of it.
     *
     * @throws Rejected when the file can't be read
     */
    List<SettingsService.Section> settings() throws Rejected;

    /**
     * Sets one setting, or takes it back to its default; as {@link SettingsService#set}.
     *
     * @param value empty: the default
     */
    Setting set(String key, Optional<String> value) throws Rejected;

    /**
     * The process at a moment.
     *
     * @param pid    of the process
     * @param status as it tells it
     * @param leases newest first
     */
    record View(long pid, Status status, List<LeaseInfo> leases) {
        /** Copies the list. */
        public View {
            leases = List.copyOf(leases);
        }
    }
}
