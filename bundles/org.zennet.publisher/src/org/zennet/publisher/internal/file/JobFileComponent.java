package org.zennet.publisher.internal.file;

import java.nio.file.Path;
import org.osgi.service.component.annotations.Component;
import org.zennet.services.Rejected;
import org.zennet.services.publisher.JobFileService;

/** Checks job files where no publisher runs. */
@Component(service = JobFileService.class)
public final class JobFileComponent implements JobFileService {
    @Override
    public Summary check(Path file) throws Rejected {
        JobFile f = JobFileReader.read(file);
        return new Summary(f.name(), f.backend().id(), f.count(), f.reduce().isPresent(), f.replicas(), f.budget().total(), f.deadline());
    }
}
