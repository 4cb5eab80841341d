#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The thin edge to the file system: whole files in, whole files out, nothing half written.
enum Files {
    /// A file's bytes; nil when there is none.
    ///
    /// - Throws: ``Failure`` when the file is there but cannot be read.
    static func read(_ path: String) throws -> [UInt8]? { try read(path, flags: 0) }

    /// The same for a file below `root` whose folder no symbolic link leads to.
    ///
    /// - Throws: ``Failure`` also when it is a symbolic link itself.
    static func readItself(_ relative: String, below root: String) throws -> [UInt8]? {
        do {
            return try read("\(root)/\(relative)", flags: O_NOFOLLOW)
        } catch {
            try refuseLinks(relative, below: root)
            throw error
        }
    }

    private static func read(_ path: String, flags: Int32) throws -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | flags)
        if descriptor < 0 {
            if errno == ENOENT || errno == ENOTDIR { return nil }
            throw failure("reading", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("reading", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw Failure("\(path) is not an ordinary file", advice: "put a file in its place")
        }
        // One byte more than it should have tells whether it has grown meanwhile.
        var capacity = Int(status.st_size) + 1
        var bytes: [UInt8] = []
        while true {
            var failed = false
            let piece = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
                while filled < buffer.count {
                    let count = Glibc.read(descriptor, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
                    if count < 0 && errno == EINTR { continue }
                    failed = count < 0
                    if count <= 0 { return }
                    filled += count
                }
            }
            if failed { throw failure("reading", path) }
            bytes = bytes.isEmpty ? piece : bytes + piece
            if piece.count < capacity { return bytes }
            capacity = 1 << 16
        }
    }

    /// The one line of a file, with or without its end; nil where there is no such file, or several lines, or no UTF-8.
    static func line(_ path: String) -> String? {
        guard let bytes = try? read(path) else { return nil }
        let line = bytes.last == 10 ? bytes.dropLast() : bytes[...]
        return line.contains { $0 == 10 || $0 == 13 } ? nil : String(validating: line, as: UTF8.self)
    }

    /// Whether a reference is another one's name, as its file in the common git directory says.
    static func isSymbolic(_ reference: String, in commonDirectory: String) -> Bool {
        let path = "\(commonDirectory)/\(reference)"
        return isLink(path) || line(path)?.hasPrefix("ref:") == true
    }

    /// A file about to be replaced: its new bytes are on disk beside it, under a temporary name.
    struct Prepared {
        fileprivate let temporary: String
        let path: String
    }

    /// Writes and flushes the new bytes beside `path`, keeping the mode of what is there. Folders are made.
    static func prepare(
        _ bytes: [UInt8], at path: String, mode: mode_t? = nil, isExecutable: Bool = false
    ) throws -> Prepared {
        try makeFolder(parent(of: path))
        var status = stat()
        let wanted = mode ?? (stat(path, &status) == 0 ? status.st_mode & 0o7777 : nil)
        let temporary = temporaryName(of: path)
        let descriptor = open(
            temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, isExecutable ? 0o777 : 0o666)
        guard descriptor >= 0 else { throw failure("writing", path) }
        var failed = false
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count && !failed {
                let count = write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0 && errno != EINTR { failed = true }
                if count > 0 { written += count }
            }
        }
        if !failed, let wanted { failed = fchmod(descriptor, wanted) != 0 }
        if !failed { failed = fsync(descriptor) != 0 }
        let problem = errno
        if close(descriptor) != 0 || failed {
            unlink(temporary)
            errno = problem
            throw failure("writing", path)
        }
        return Prepared(temporary: temporary, path: path)
    }

    /// What a file is called until it is whole. Fixed, so that whoever recovers from a kill knows what to remove; the
    /// state lock keeps two writers apart.
    static func temporaryName(of path: String) -> String { path + ".metaissue-new" }

    /// Puts a prepared file in its place, atomically.
    static func commit(_ prepared: Prepared) throws {
        guard rename(prepared.temporary, prepared.path) == 0 else { throw failure("replacing", prepared.path) }
    }

    /// Replaces a file that may be lost or left out: neither flushed nor complained about, but never half written.
    ///
    /// - Parameter time: asked when the bytes are written, with the time that they then have (``modified(_:)``): the time that
    ///   the file shall have; nil where it is not wanted any more.
    static func keep(_ bytes: [UInt8], at path: String, time: (Int) -> Int? = { $0 }) {
        let temporary = "\(path).\(getpid())"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o666)
        guard descriptor >= 0 else { return }
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard close(descriptor) == 0, written == bytes.count, let now = modified(temporary), let wanted = time(now),
            wanted == now || setModified(temporary, wanted), rename(temporary, path) == 0
        else {
            unlink(temporary)
            return
        }
    }

    private static func setModified(_ path: String, _ time: Int) -> Bool {
        let stamp = timespec(tv_sec: time / 1_000_000_000, tv_nsec: time % 1_000_000_000)
        return utimensat(AT_FDCWD, path, [stamp, stamp], 0) == 0
    }

    /// When a file last changed, also through a symbolic link, in nanoseconds since 1970; nil when there is none.
    static func modified(_ path: String) -> Int? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return status.st_mtim.tv_sec * 1_000_000_000 + status.st_mtim.tv_nsec
    }

    /// Takes a prepared file back.
    static func discard(_ prepared: Prepared) { unlink(prepared.temporary) }

    /// The new content of a file; a mode of nil keeps the one that it has.
    typealias Content = (path: String, bytes: [UInt8], mode: mode_t?)

    /// Replaces files: all of them or, when one cannot be written, none.
    static func replace(_ files: [(path: String, bytes: [UInt8])], mode: mode_t? = nil) throws {
        try replace(contents: files.map { ($0.path, $0.bytes, mode) })
    }

    /// The same, each with a mode of its own.
    static func replace(contents: [Content]) throws {
        var prepared: [Prepared] = []
        do {
            for file in contents { prepared.append(try prepare(file.bytes, at: file.path, mode: file.mode)) }
            for file in prepared { try commit(file) }
        } catch {
            for file in prepared { discard(file) }
            throw error
        }
    }

    /// Replaces a file of git's under the lock that git itself takes (`<file>.lock`).
    static func replaceLocked(_ path: String, _ bytes: [UInt8]) throws {
        let target = real(path) ?? path
        var status = stat()
        guard stat(target, &status) == 0 else { throw failure("reading", path) }
        let lock = target + ".lock"
        let descriptor = open(lock, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, status.st_mode & 0o7777)
        guard descriptor >= 0 else { throw failure("locking", path) }
        let written = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        let isFlushed = fchmod(descriptor, status.st_mode & 0o7777) == 0 && fsync(descriptor) == 0
        guard close(descriptor) == 0, isFlushed, written == bytes.count, rename(lock, target) == 0 else {
            let problem = errno
            unlink(lock)
            errno = problem
            throw failure("replacing", path)
        }
    }

    /// Removes a folder that is empty; any other stays.
    static func removeFolder(_ path: String) { rmdir(path) }

    /// Removes a folder with everything in it; symbolic links are removed and not followed.
    static func removeTree(_ path: String) {
        if isLink(path) || !isFolder(path) {
            unlink(path)
            return
        }
        for name in names(in: path) { removeTree("\(path)/\(name)") }
        rmdir(path)
    }

    /// Removes a file; it may be gone already.
    static func remove(_ path: String) throws {
        guard unlink(path) == 0 || errno == ENOENT else { throw failure("removing", path) }
    }

    /// Removes the folders above a file that is not there, as long as they are empty.
    static func removeEmptyFolders(above relative: String, in root: String) {
        var folder = parent(of: relative)
        while !folder.isEmpty, rmdir("\(root)/\(folder)") == 0 { folder = parent(of: folder) }
    }

    /// Makes a new folder for what is thrown away again.
    static func makeTemporaryFolder(_ name: String) throws -> String {
        let base = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array("\(base)/\(name)-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw Failure("cannot make a folder in \(base)") }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Makes a folder and those above it.
    static func makeFolder(_ path: String) throws {
        if path.isEmpty || isFolder(path) { return }
        try makeFolder(parent(of: path))
        guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw failure("making the folder", path) }
    }

    /// True for a folder, also through a symbolic link.
    static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// True for an ordinary file, also through a symbolic link.
    static func isFile(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// True for a symbolic link, wherever it leads.
    static func isLink(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
    }

    /// True for a folder itself, and no symbolic link to one.
    static func isPlainFolder(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// True for an ordinary file that may be run; of a folder the system says that too.
    static func isExecutable(_ path: String) -> Bool { access(path, X_OK) == 0 && isFile(path) }

    /// True when something is at the path, a dangling link included.
    static func exists(_ path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }

    /// The names in a folder, sorted; empty when there is no such folder.
    static func names(in folder: String) -> [String] { names(in: folder) { _, _ in true } }

    /// The names of the folders in a folder, sorted; symbolic links are none.
    static func plainFolders(in folder: String) -> [String] {
        names(in: folder) { name, type in
            type == DT_DIR || type == DT_UNKNOWN && isPlainFolder("\(folder)/\(name)")
        }
    }

    /// - Parameter isWanted: asked with name and type, as `readdir` tells them.
    private static func names(in folder: String, where isWanted: (String, Int) -> Bool) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != "..", isWanted(name, Int(entry.pointee.d_type)) { names.append(name) }
        }
        return names.sorted()
    }

    /// The ordinary files below a folder, by their paths from it. Symbolic links are neither listed nor followed.
    static func ordinaryFiles(below folder: String) -> [String] {
        names(in: folder).flatMap { name -> [String] in
            var status = stat()
            guard lstat("\(folder)/\(name)", &status) == 0 else { return [] }
            switch status.st_mode & S_IFMT {
            case S_IFREG: return [name]
            case S_IFDIR: return ordinaryFiles(below: "\(folder)/\(name)").map { "\(name)/\($0)" }
            default: return []
            }
        }
    }

    /// Refuses a path below `root` that leads through a symbolic link: what is written must stay in the tree.
    static func refuseLinks(_ relative: String, below root: String) throws {
        var path = root
        for component in relative.parts(between: "/") where !component.isEmpty {
            path += "/" + component
            var status = stat()
            guard lstat(path, &status) == 0 else { return }
            if status.st_mode & S_IFMT == S_IFLNK {
                throw Failure(
                    "\(relative) leads through the symbolic link \(path)",
                    advice: "replace the link by the folder or file itself; records are never written through links")
            }
        }
    }

    /// The same for a path whose folder is known to be none.
    static func refuseLink(_ relative: String, below root: String) throws {
        var status = stat()
        guard lstat("\(root)/\(relative)", &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return }
        try refuseLinks(relative, below: root)
    }

    /// `/a/b` for `/a/b/c`; empty for a name without folders.
    static func parent(of path: String) -> String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The path with symbolic links and dots resolved; nil when it does not exist.
    static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// The process's working directory.
    static func currentDirectory() -> String {
        guard let path = getcwd(nil, 0) else { return "." }
        defer { free(path) }
        return String(cString: path)
    }

    /// The failure that `errno` tells of, with what can be done about it.
    static func failure(_ doing: String, _ path: String) -> Failure {
        let code = errno
        let advice =
            switch code {
            case ENOSPC, EDQUOT: "make room on that disk, then run the command again"
            case EACCES, EPERM, EROFS: "see to it that you may write there, then run the command again"
            case ENOTDIR, EISDIR, EEXIST: "move away what is in the way, then run the command again"
            default: "see to that path, then run the command again"
            }
        return Failure("\(doing) \(path): \(String(cString: strerror(code)))", advice: advice)
    }
}
