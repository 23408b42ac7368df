package org.zennet.workbench.internal.views;

import java.util.List;
import java.util.Optional;
import org.zennet.services.publisher.JobService;
import org.zennet.services.publisher.JobService.JobInfo;
import org.zennet.workbench.internal.Services;
import org.zennet.workbench.internal.model.JobHistory;

/** The jobs as views ask for them, on workers; what they spent over time is known from when any view saw them on. */
final class JobWatch {
    /** What jobs spent over time. */
    static final JobHistory HISTORY = new JobHistory();

    private JobWatch() { }

    /** All, newest first. */
    static List<JobInfo> jobs() {
        List<JobInfo> all = Services.find(JobService.class).map(JobService::jobs).orElse(List.of());
        HISTORY.note(all, Services.clock().instant());
        return all;
    }

    /** The newest. */
    static Optional<JobInfo> newest() {
        return jobs().stream().findFirst();
    }

    /** One. */
    static Optional<JobInfo> job(String id) {
        return jobs().stream().filter(j -> j.id().equals(id)).findFirst();
    }
}
