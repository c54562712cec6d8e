/** The kind of place that a data folder lies in, judged from what the operating system says. */

export type FolderFacts = {
  platform: NodeJS.Platform;
  /** The absolute path of the nearest existing folder, with links and mapped drives resolved. */
  path: string;
  /** Linux: /proc/self/mountinfo. macOS: the output of `mount`. Empty on Windows, where the path tells enough. */
  mounts: string;
  /** Names of files and folders beside and above the path, as `folder/name`, that synchronising programs leave. */
  marks: readonly string[];
};

export type Place =
  | { kind: 'local' }
  /** SQLite's write-ahead log needs memory that all its users share (sqlite.org/wal.html). A network drive has none. */
  | { kind: 'network'; fileSystem: string; mount: string }
  /** A program copies the folder's files elsewhere and back, one by one and at any time. */
  | { kind: 'synchronised'; by: string };

/** These include folders that a virtual machine shares with its host: they have no shared memory either. */
const networkTypes =
  /^(nfs\d?|cifs|smb\d?|smbfs|smb2|ncpfs|afs|afpfs|coda|9p|ceph|glusterfs|lustre|beegfs|orangefs|pvfs2|gpfs|davfs\d?|webdav|ftp|vboxsf|prl_fs|vmhgfs|virtiofs|drvfs)$/;
const networkFuse =
  /^(fuse|osxfuse|macfuse|fusefs)[._]?(sshfs|rclone|gvfsd-fuse|s3fs|goofys|davfs|glusterfs|cephfs|ceph|curlftpfs|smbnetfs|vmhgfs-fuse|mergerfs-network|juicefs|gcsfuse|portal)/;

const isNetwork = (type: string): boolean => networkTypes.test(type) || networkFuse.test(type);

type Mount = { at: string; type: string };

/** proc(5): fields up to a lone `-`, then the type. Blanks in a path are octal. */
const linuxMounts = (text: string): Mount[] =>
  text.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const at = before.split(' ')[4];
    const [type] = after.split(' ');
    if (!at || !type) return [];
    return [
      { at: at.replaceAll(/\\(\d{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))), type },
    ];
  });

/** `//user@server/share on /Volumes/share (smbfs, nodev, nosuid)` */
const macMounts = (text: string): Mount[] =>
  text.split('\n').flatMap((line) => {
    const [, at, type] = /^.*? on (.+) \(([^,)]+)/.exec(line) ?? [];
    return at && type ? [{ at, type }] : [];
  });

/** The last of the longest matches, because a later mount hides an earlier one. */
function mountOf(path: string, mounts: Mount[]): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    const within = mount.at === '/' || path === mount.at || path.startsWith(`${mount.at}/`);
    if (within && mount.at.length >= (found?.at.length ?? 0)) found = mount;
  }
  return found;
}

/** `\\server\share\…`, also behind a drive letter. Not `\\?\C:\…` and `\\.\…`, which are on this machine. */
const windowsShare = (path: string): string | undefined =>
  /^\\\\(?:\?\\UNC\\)?(?![?.]\\)([^\\]+\\[^\\]+)/i.exec(path)?.[1];

/** Recognised by the names that the programs give their folders, and by the files that they leave. */
const synchronisers: readonly { by: string; folder?: RegExp; mark?: RegExp }[] = [
  { by: 'OneDrive', folder: /^OneDrive( - .+|-.+)?$/i },
  { by: 'Dropbox', folder: /^Dropbox( \(.+\)|-.+)?$/i, mark: /^\.dropbox(\.cache)?$/ },
  {
    by: 'Google Drive',
    folder: /^(Google ?Drive(-.+)?|My Drive|Meine Ablage)$/i,
    mark: /^\.tmp\.drive(download|upload)$/,
  },
  { by: 'iCloud', folder: /^(iCloud ?Drive|com~apple~CloudDocs|Mobile Documents)$/i },
  { by: 'Nextcloud', folder: /^Nextcloud\d*$/i, mark: /^(\.sync_[0-9a-f]+\.db|\.nextcloudsync\.log)$/ },
  { by: 'ownCloud', folder: /^ownCloud\d*$/i, mark: /^(\._sync_[0-9a-f]+\.db|\.owncloudsync\.log)$/ },
  { by: 'Syncthing', mark: /^\.stfolder$/ },
  { by: 'Box', folder: /^(Box Sync|Box-Box)$/i },
  { by: 'pCloud', folder: /^pCloud ?Drive$/i },
  { by: 'MEGA', folder: /^(MEGA|MEGAsync)$/, mark: /^\.megaignore$/ },
  { by: 'Resilio Sync', folder: /^(Resilio|BTSync) ?Sync$/i },
  { by: 'Synology Drive', folder: /^SynologyDrive$/i, mark: /^\.SynologyWorkingDirectory$/ },
];

export function placeOf({ platform, path, mounts, marks }: FolderFacts): Place {
  if (platform === 'win32') {
    const share = windowsShare(path);
    if (share !== undefined) return { kind: 'network', fileSystem: 'SMB', mount: `\\\\${share}` };
  } else {
    const mount = mountOf(path, platform === 'darwin' ? macMounts(mounts) : linuxMounts(mounts));
    if (mount && isNetwork(mount.type)) return { kind: 'network', fileSystem: mount.type, mount: mount.at };
  }
  const folders = path.split(/[\\/]+/);
  const left = marks.map((mark) => mark.split(/[\\/]+/).at(-1) ?? '');
  const found = synchronisers.find(
    ({ folder, mark }) => folders.some((name) => folder?.test(name)) || left.some((name) => mark?.test(name)),
  );
  return found ? { kind: 'synchronised', by: found.by } : { kind: 'local' };
}
