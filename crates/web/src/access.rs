//! Roles, and who may use a route. Everything is denied that the route table does not allow.

/// What a member of staff may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Takes reports by telephone.
    CallHandler,
    /// Works on series.
    Analyst,
    /// Drafts advice.
    PressOfficer,
    /// Signs advice.
    SigningOfficer,
    /// Keeps accounts.
    Admin,
    /// Reads the audit log.
    Auditor,
    /// Another organisation, by the API.
    Partner,
}

impl Role {
    /// All roles.
    pub const ALL: [Role; 7] =
        [Role::CallHandler, Role::Analyst, Role::PressOfficer, Role::SigningOfficer, Role::Admin, Role::Auditor, Role::Partner];

    /// The role's name as stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Role::CallHandler => "call_handler",
            Role::Analyst => "analyst",
            Role::PressOfficer => "press_officer",
            Role::SigningOfficer => "signing_officer",
            Role::Admin => "admin",
            Role::Auditor => "auditor",
            Role::Partner => "partner",
        }
    }

    /// The role for people.
    pub fn words(self) -> &'static str {
        match self {
            Role::CallHandler => "call handler",
            Role::Analyst => "analyst",
            Role::PressOfficer => "press officer",
            Role::SigningOfficer => "signing officer",
            Role::Admin => "administrator",
            Role::Auditor => "auditor",
            Role::Partner => "partner",
        }
    }

    /// The role of a stored name.
    pub fn from_name(name: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|role| role.as_str() == name)
    }
}

/// Who may use a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody.
    Public,
    /// Any member of staff who is signed in.
    Staff,
    /// Staff in these roles.
    Roles(&'static [Role]),
}

impl Access {
    /// Whether a role may.
    pub fn allows(self, role: Option<Role>) -> bool {
        match (self, role) {
            (Access::Public, _) => true,
            (_, None) => false,
            (Access::Staff, Some(role)) => role != Role::Partner,
            (Access::Roles(roles), Some(role)) => roles.contains(&role),
        }
    }
}
