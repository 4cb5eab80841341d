import AttemptHistory

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Surveys of history, kept in `<common git directory>/metaissue/cache`. The folder may be deleted at any time.
struct SurveyFiles {
    private let folder: String

    init(_ place: Place) { folder = place.statePath("cache") }

    /// The files as a store. Another build of the program takes none of this one's.
    var store: Survey.Store {
        let folder = folder
        return Survey.Store(
            version: Self.build,
            read: { name in try? Files.read("\(folder)/\(name)") },
            write: { name, bytes in
                try? Files.makeFolder(folder)
                Files.keep(bytes, at: "\(folder)/\(name)")
            })
    }

    /// Size and date of the running program's own file.
    static var build: String {
        var status = stat()
        guard stat("/proc/self/exe", &status) == 0 else { return "unknown" }
        return "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)"
    }
}
